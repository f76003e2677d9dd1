package mx.apoyo.ciudadano

import android.view.MotionEvent

/**
 * Whether a window of another app lies over ours, where the finger is or elsewhere: it may show
 * another sentence than the one that is agreed to. (The second is known from Android 10 on; from
 * Android 12 on such windows are hidden while a screen is guarded.)
 */
internal fun isObscured(flags: Int): Boolean {
    val obscured =
        MotionEvent.FLAG_WINDOW_IS_OBSCURED or MotionEvent.FLAG_WINDOW_IS_PARTIALLY_OBSCURED
    return flags and obscured != 0
}
