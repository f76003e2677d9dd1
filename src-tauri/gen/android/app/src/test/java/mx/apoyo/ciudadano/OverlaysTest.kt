package mx.apoyo.ciudadano

import android.view.MotionEvent
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class OverlaysTest {
    @Test
    fun a_touch_through_another_apps_window_is_known() {
        assertTrue(isObscured(MotionEvent.FLAG_WINDOW_IS_OBSCURED))
        assertTrue(isObscured(MotionEvent.FLAG_WINDOW_IS_PARTIALLY_OBSCURED))
        assertTrue(isObscured(MotionEvent.FLAG_WINDOW_IS_OBSCURED or 0x40))
    }

    @Test
    fun a_touch_on_a_window_that_nothing_covers_passes() {
        assertFalse(isObscured(0))
        assertFalse(isObscured(0x40))
    }
}
