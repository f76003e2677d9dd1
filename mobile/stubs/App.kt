// Stubs of the classes that the app's own build generates: the window's base class and the resources.
@file:Suppress("unused", "ktlint")

package mx.apoyo.ciudadano

import androidx.activity.ComponentActivity

abstract class TauriActivity : ComponentActivity() {
    val version: String get() = TODO()
}

object R {
    object layout {
        const val old_webview = 1
    }

    object id {
        const val old_webview_text = 1
        const val old_webview_update = 2
    }

    object string {
        const val old_webview_nowhere = 1
        const val overlay_refused = 2
    }
}
