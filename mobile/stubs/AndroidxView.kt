@file:Suppress("UNUSED_PARAMETER", "unused")

package androidx.core.view

import android.view.View
import android.view.Window
import androidx.core.graphics.Insets

fun interface OnApplyWindowInsetsListener {
    fun onApplyWindowInsets(v: View, insets: WindowInsetsCompat): WindowInsetsCompat
}

class ViewCompat private constructor() {
    companion object {
        @JvmStatic
        fun setOnApplyWindowInsetsListener(view: View, listener: OnApplyWindowInsetsListener?) {}
    }
}

class WindowInsetsCompat private constructor() {
    fun getInsets(typeMask: Int): Insets = TODO()

    class Type private constructor() {
        companion object {
            @JvmStatic fun systemBars(): Int = TODO()

            @JvmStatic fun displayCutout(): Int = TODO()

            @JvmStatic fun ime(): Int = TODO()
        }
    }

    companion object {
        @JvmField val CONSUMED: WindowInsetsCompat = TODO()
    }
}

class WindowCompat private constructor() {
    companion object {
        @JvmStatic
        fun getInsetsController(window: Window, view: View): WindowInsetsControllerCompat = TODO()
    }
}

class WindowInsetsControllerCompat private constructor() {
    var isAppearanceLightStatusBars: Boolean
        get() = TODO()
        set(value) {}
    var isAppearanceLightNavigationBars: Boolean
        get() = TODO()
        set(value) {}
}
