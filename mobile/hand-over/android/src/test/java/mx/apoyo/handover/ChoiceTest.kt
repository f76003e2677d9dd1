package mx.apoyo.handover

import java.io.IOException
import org.junit.Assert.assertEquals
import org.junit.Test

class ChoiceTest {
    private val answers = mutableListOf<Went>()
    private val choice = Choice { answers.add(it) }

    @Test
    fun an_app_that_was_chosen_has_the_file_also_when_the_sheet_closes_first() {
        choice.chosen()
        choice.closed()
        assertEquals(listOf(Went.GONE), answers)
    }

    @Test
    fun a_sheet_that_is_closed_without_a_choice_gave_nothing() {
        choice.closed()
        choice.chosen()
        assertEquals(listOf(Went.CANCELLED), answers)
    }

    @Test
    fun a_choice_is_answered_once() {
        choice.chosen()
        choice.chosen()
        assertEquals(listOf(Went.GONE), answers)
    }

    @Test
    fun a_full_phone_is_told_from_any_other_fault() {
        val full = IOException("write failed: ENOSPC (No space left on device)")
        assertEquals("full", wordOf(full))
        assertEquals("full", wordOf(RuntimeException(full)))
        assertEquals("other", wordOf(IOException("EPIPE")))
        assertEquals("other", wordOf(IOException()))
    }
}
