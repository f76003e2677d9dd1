package mx.apoyo.devicekey

/** One way to make the key. */
internal data class KeyTry(val strongBox: Boolean, val attested: Boolean)

/**
 * The ways to make the key, the best first. StrongBox came with Android 9.
 *
 * StrongBox without attestation comes before the trusted environment with it: where a key lives
 * protects the person, what the phone says about it is only a signal to the server.
 */
internal fun keyTries(hasStrongBoxCalls: Boolean): List<KeyTry> {
    val places = if (hasStrongBoxCalls) listOf(true, false) else listOf(false)
    return places.flatMap { strongBox ->
        listOf(KeyTry(strongBox, attested = true), KeyTry(strongBox, attested = false))
    }
}

/**
 * Makes the key in the first way that works, and answers which.
 *
 * Phones fail in more ways than their documentation knows: a StrongBox that is there and answers
 * an unknown error, a trusted environment that cannot attest, a key that is made and does not sign.
 * So every fault leads on to the next way, whatever its class, and what a way left behind is
 * removed first. Only where no way works is there a fault: the last one.
 */
internal fun firstThatWorks(
    tries: List<KeyTry>,
    make: (KeyTry) -> Unit,
    prove: () -> Unit,
    remove: () -> Unit,
): KeyTry {
    var last: Exception? = null
    for (one in tries) {
        try {
            make(one)
            prove()
            return one
        } catch (fault: Exception) {
            last = fault
        }
        try {
            remove()
        } catch (fault: Exception) {
            // The next way writes over it, or fails by itself.
        }
    }
    throw last ?: IllegalArgumentException("there is no way to try")
}
