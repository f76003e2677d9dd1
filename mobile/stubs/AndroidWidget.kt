@file:Suppress("UNUSED_PARAMETER", "unused")

package android.widget

import android.view.View

open class TextView : View() {
    fun setText(resource: Int) {}
}

open class Button : TextView()
