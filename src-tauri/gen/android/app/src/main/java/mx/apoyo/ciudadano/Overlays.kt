package mx.apoyo.ciudadano

import android.view.MotionEvent

/**
 * Whether a window of another app lies over ours, under the finger or elsewhere. It may show another
 * sentence than the one that the person agrees to. (Windows elsewhere are reported from Android 10
 * on; from Android 12 on the system hides such windows while a screen is guarded.)
 */
internal fun isObscured(flags: Int): Boolean {
    val obscured =
        MotionEvent.FLAG_WINDOW_IS_OBSCURED or MotionEvent.FLAG_WINDOW_IS_PARTIALLY_OBSCURED
    return flags and obscured != 0
}
