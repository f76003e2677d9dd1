@file:Suppress("UNUSED_PARAMETER", "unused")

package android.view

open class View {
    var filterTouchesWhenObscured: Boolean
        get() = TODO()
        set(value) {}

    fun setBackgroundColor(color: Int) {}

    fun setOnClickListener(listener: (View) -> Unit) {}

    fun setPadding(left: Int, top: Int, right: Int, bottom: Int) {}
}

class MotionEvent private constructor() {
    val actionMasked: Int get() = TODO()
    val flags: Int get() = TODO()

    companion object {
        const val ACTION_DOWN = 0
        const val FLAG_WINDOW_IS_OBSCURED = 1
        const val FLAG_WINDOW_IS_PARTIALLY_OBSCURED = 2
    }
}

abstract class Window {
    val decorView: View get() = TODO()

    fun addFlags(flags: Int) {}

    fun clearFlags(flags: Int) {}

    fun setHideOverlayWindows(hide: Boolean) {}
}

interface WindowManager {
    class LayoutParams {
        companion object {
            const val FLAG_SECURE = 0x2000
        }
    }
}
