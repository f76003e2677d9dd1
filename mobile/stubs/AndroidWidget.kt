@file:Suppress("UNUSED_PARAMETER", "unused")

package android.widget

import android.content.Context
import android.view.View

open class TextView : View() {
    fun setText(resource: Int) {}
}

open class Button : TextView()

class Toast private constructor() {
    fun show() {}

    companion object {
        const val LENGTH_LONG = 1

        @JvmStatic fun makeText(context: Context, resId: Int, duration: Int): Toast = TODO()
    }
}
