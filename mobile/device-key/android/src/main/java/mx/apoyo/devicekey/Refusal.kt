package mx.apoyo.devicekey

import android.security.keystore.KeyPermanentlyInvalidatedException
import java.io.IOException

/** Why the key store refused a request; `word` is one of src/wire.rs. */
internal class Refusal(val word: String, message: String) : Exception(message)

/** The kind of a fault. The platform's messages are left out, although they hold no key material. */
internal fun refusalOf(fault: Exception): Refusal = when {
    fault is Refusal -> fault
    isGone(fault) -> Refusal("lost", "the phone has invalidated the key")
    isFull(fault) -> Refusal("full", "no room left")
    else -> Refusal("other", fault.javaClass.simpleName)
}

/** Whether the phone has invalidated the key for good; any other fault is temporary. */
internal fun isGone(fault: Throwable): Boolean =
    causes(fault).any { it is KeyPermanentlyInvalidatedException }

private fun isFull(fault: Throwable): Boolean =
    causes(fault).any { it is IOException && it.message?.contains("ENOSPC") == true }

private fun causes(fault: Throwable): Sequence<Throwable> = generateSequence(fault) { it.cause }
