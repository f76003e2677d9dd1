package mx.apoyo.devicekey

import android.security.keystore.KeyPermanentlyInvalidatedException
import java.io.IOException

/** Why the key store did not do what it was asked; `word` is one of src/wire.rs. */
internal class Refusal(val word: String, message: String) : Exception(message)

/** The kind of a fault. Messages of the platform name no key material, but are left out. */
internal fun refusalOf(fault: Exception): Refusal = when {
    fault is Refusal -> fault
    isGone(fault) -> Refusal("lost", "the phone has invalidated the key")
    isFull(fault) -> Refusal("full", "no room left")
    else -> Refusal("other", fault.javaClass.simpleName)
}

/** Whether the phone has invalidated the key for good; anything else may pass. */
internal fun isGone(fault: Throwable): Boolean =
    causes(fault).any { it is KeyPermanentlyInvalidatedException }

private fun isFull(fault: Throwable): Boolean =
    causes(fault).any { it is IOException && it.message?.contains("ENOSPC") == true }

private fun causes(fault: Throwable): Sequence<Throwable> = generateSequence(fault) { it.cause }
