package mx.apoyo.devicekey

/** One way to make the key. */
internal data class KeyTry(val strongBox: Boolean, val attested: Boolean)

/**
 * The ways to make the key, the best first. StrongBox came with Android 9.
 *
 * StrongBox without attestation comes before the trusted environment with it: the place of the key
 * protects the person, and the attestation is only a signal to the server.
 */
internal fun keyTries(hasStrongBoxCalls: Boolean): List<KeyTry> {
    val places = if (hasStrongBoxCalls) listOf(true, false) else listOf(false)
    return places.flatMap { strongBox ->
        listOf(KeyTry(strongBox, attested = true), KeyTry(strongBox, attested = false))
    }
}

/**
 * Makes the key in the first way that works, and returns that way.
 *
 * Phones fail in more ways than are documented: a StrongBox that returns an unknown error, a trusted
 * environment that cannot attest, a new key that does not sign. So every fault, of any class, leads
 * to the next way, and the remains of the failed way are removed first. Only if no way works is there
 * a fault: the last one.
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
