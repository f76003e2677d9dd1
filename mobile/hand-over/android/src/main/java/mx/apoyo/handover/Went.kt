package mx.apoyo.handover

/** Whether a file went; the words are those of `HandedOver` in src/lib.rs. */
internal enum class Went(val word: String) {
    GONE("gone"),
    CANCELLED("cancelled"),
    NONE("none"),
}

/** The kind of a fault; the words are those of src/wire.rs. */
internal fun wordOf(fault: Throwable): String {
    val causes = generateSequence(fault) { it.cause }
    return if (causes.any { it.message?.contains("ENOSPC") == true }) "full" else "other"
}

/**
 * What becomes of a share sheet. Two things are heard, in either order: that an app was chosen, and
 * that the sheet is closed. The answer is given once: gone as soon as an app was chosen; cancelled
 * where the sheet was closed [GRACE_MS] ago and no app was.
 */
internal class Choice(private val answer: (Went) -> Unit) {
    private var answered = false

    @Synchronized
    fun chosen() = once(Went.GONE)

    @Synchronized
    fun closed() = once(Went.CANCELLED)

    private fun once(went: Went) {
        if (answered) return
        answered = true
        answer(went)
    }

    companion object {
        /** How long after the sheet has closed it may still be heard that an app was chosen. */
        const val GRACE_MS = 1500L
    }
}
