package mx.apoyo.handover

/** The fate of a file; the words are those of `HandedOver` in src/lib.rs. */
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
 * The result of a share sheet. Two events come in either order: an app was chosen, and the sheet is
 * closed. The answer is given once: gone as soon as an app was chosen, cancelled if the sheet was
 * closed [GRACE_MS] ago without a chosen app.
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
        /** How long after the closing the report of a chosen app may still come. */
        const val GRACE_MS = 1500L
    }
}
