package mx.apoyo.devicekey

import android.security.keystore.KeyPermanentlyInvalidatedException
import java.io.IOException
import java.security.ProviderException
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Test

class RefusalTest {
    @Test
    fun a_key_that_the_phone_has_invalidated_is_lost_also_deep_in_the_causes() {
        val gone = KeyPermanentlyInvalidatedException()
        assertEquals("lost", refusalOf(gone).word)
        assertEquals("lost", refusalOf(ProviderException(RuntimeException(gone))).word)
    }

    @Test
    fun a_fault_that_may_pass_is_not_a_loss() {
        val busy = ProviderException("KeyMint: SECURE_HW_COMMUNICATION_FAILED")
        assertEquals("other", refusalOf(busy).word)
        assertFalse(isGone(busy))
    }

    @Test
    fun a_full_phone_is_told_from_any_other_fault() {
        val full = IOException("write failed: ENOSPC (No space left on device)")
        assertEquals("full", refusalOf(full).word)
        assertEquals("full", refusalOf(RuntimeException(full)).word)
        assertEquals("other", refusalOf(IOException("EIO")).word)
    }

    @Test
    fun the_platforms_own_words_do_not_leave_the_phone() {
        val refusal = refusalOf(IllegalStateException("alias apoyo-device-key"))
        assertEquals("IllegalStateException", refusal.message)
        assertEquals("lost", refusalOf(Refusal("lost", "there is no key")).word)
    }
}
