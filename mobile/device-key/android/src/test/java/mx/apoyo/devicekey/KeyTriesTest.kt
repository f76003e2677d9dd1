package mx.apoyo.devicekey

import java.security.InvalidAlgorithmParameterException
import java.security.ProviderException
import java.security.SignatureException
import org.junit.Assert.assertEquals
import org.junit.Assert.assertSame
import org.junit.Assert.fail
import org.junit.Test

class KeyTriesTest {
    private val order = keyTries(hasStrongBoxCalls = true)
    private val faults = listOf(
        ProviderException("StrongBox unavailable"),
        ProviderException("KeyMint: UNKNOWN_ERROR"),
        InvalidAlgorithmParameterException("no attestation"),
        IllegalStateException("a maker's own"),
        NullPointerException(),
    )

    @Test
    fun the_chip_comes_first_and_attestation_before_none() {
        val expected = listOf(
            KeyTry(strongBox = true, attested = true),
            KeyTry(strongBox = true, attested = false),
            KeyTry(strongBox = false, attested = true),
            KeyTry(strongBox = false, attested = false),
        )
        assertEquals(expected, order)
    }

    @Test
    fun before_android_9_no_chip_is_asked_for() {
        val expected = listOf(KeyTry(false, attested = true), KeyTry(false, attested = false))
        assertEquals(expected, keyTries(hasStrongBoxCalls = false))
    }

    @Test
    fun every_kind_of_fault_at_every_step_leads_to_the_next_one() {
        for (fault in faults) {
            for (failing in 0 until order.size) {
                val phone = Phone(failsToMake = order.take(failing), fault = fault)
                assertEquals(order[failing], phone.made())
                assertEquals("what failed was removed", failing, phone.removed)
                assertEquals(order.take(failing + 1), phone.tried)
            }
        }
    }

    @Test
    fun a_key_that_is_made_and_does_not_sign_is_left_behind() {
        val phone = Phone(failsToSign = order.take(2), fault = SignatureException("no answer"))
        assertEquals(order[2], phone.made())
        assertEquals(2, phone.removed)
    }

    @Test
    fun a_phone_that_makes_no_key_tells_its_last_fault() {
        for (fault in faults) {
            val phone = Phone(failsToMake = order, fault = fault)
            try {
                phone.made()
                fail("no key was made")
            } catch (told: Exception) {
                assertSame(fault, told)
            }
            assertEquals(order.size, phone.removed)
        }
    }

    @Test
    fun what_cannot_be_removed_stops_nothing() {
        val phone = Phone(failsToMake = order.take(1), fault = faults[0], removes = false)
        assertEquals(order[1], phone.made())
    }

    @Test
    fun no_way_to_try_is_a_fault() {
        try {
            firstThatWorks(emptyList(), {}, {}, {})
            fail("there was no way")
        } catch (none: IllegalArgumentException) {
            assertEquals("there is no way to try", none.message)
        }
    }

    private inner class Phone(
        val failsToMake: List<KeyTry> = emptyList(),
        val failsToSign: List<KeyTry> = emptyList(),
        val fault: Exception,
        val removes: Boolean = true,
    ) {
        val tried = mutableListOf<KeyTry>()
        var removed = 0

        fun made(): KeyTry = firstThatWorks(
            order,
            make = { one ->
                tried.add(one)
                if (one in failsToMake) throw fault
            },
            prove = { if (tried.last() in failsToSign) throw fault },
            remove = {
                removed += 1
                if (!removes) throw ProviderException("it stays")
            },
        )
    }
}
