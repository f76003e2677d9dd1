@file:Suppress("UNUSED_PARAMETER", "unused")

package android.view

open class View {
    fun setOnClickListener(listener: (View) -> Unit) {}
}

abstract class Window {
    fun addFlags(flags: Int) {}

    fun clearFlags(flags: Int) {}
}

interface WindowManager {
    class LayoutParams {
        companion object {
            const val FLAG_SECURE = 0x2000
        }
    }
}
