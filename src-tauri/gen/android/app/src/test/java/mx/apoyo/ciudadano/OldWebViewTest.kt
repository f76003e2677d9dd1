package mx.apoyo.ciudadano

import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class OldWebViewTest {
    @Test
    fun a_webview_that_cannot_draw_the_app_is_too_old() {
        assertTrue(OldWebViewActivity.isTooOld("52.0.2743.100"))
        assertTrue(OldWebViewActivity.isTooOld("68.0"))
    }

    @Test
    fun a_webview_that_can_or_that_is_not_known_is_tried() {
        for (version in listOf("69.0.3497.100", "138.0.7204.63", "", "unknown")) {
            assertFalse(version, OldWebViewActivity.isTooOld(version))
        }
    }
}
