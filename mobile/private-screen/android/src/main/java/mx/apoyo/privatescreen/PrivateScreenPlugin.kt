package mx.apoyo.privatescreen

import android.app.Activity
import android.view.WindowManager
import app.tauri.annotation.Command
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin

/**
 * Keeps the window out of screenshots, recordings and the list of recent apps while it shows a
 * credential, a face or a signature.
 */
@TauriPlugin
class PrivateScreenPlugin(private val activity: Activity) : Plugin(activity) {
    @Command
    fun set(invoke: Invoke) {
        val private = invoke.getArgs().getBoolean("private")
        activity.runOnUiThread {
            val secure = WindowManager.LayoutParams.FLAG_SECURE
            if (private) {
                activity.window.addFlags(secure)
            } else {
                activity.window.clearFlags(secure)
            }
            invoke.resolve()
        }
    }
}
