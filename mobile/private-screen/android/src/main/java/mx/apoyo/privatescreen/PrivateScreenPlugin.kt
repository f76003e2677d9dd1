package mx.apoyo.privatescreen

import android.app.Activity
import android.content.res.Configuration
import android.os.Build
import android.view.View
import android.view.WindowManager
import androidx.core.view.WindowCompat
import app.tauri.annotation.Command
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import app.tauri.plugin.PluginManager

/** Sets how Android treats the current screen. Only Rust can call it. */
@TauriPlugin
class PrivateScreenPlugin(private val activity: Activity) : Plugin(activity) {
    /** `private`: a credential, a face or a signature. `guarded`: a question to agree to. */
    @Command
    fun set(invoke: Invoke) = drawing(invoke) { front, given ->
        val secure = WindowManager.LayoutParams.FLAG_SECURE
        if (given.getBoolean("private")) front.window.addFlags(secure) else front.window.clearFlags(secure)

        val guarded = given.getBoolean("guarded")
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) front.window.setHideOverlayWindows(guarded)
        // MainActivity reads this on every touch, and informs the person.
        content(front).filterTouchesWhenObscured = guarded
    }

    /** The signs of the status and navigation bars, and their background. */
    @Command
    fun bars(invoke: Invoke) = drawing(invoke) { front, given ->
        val dark = if (given.isNull("dark")) isSystemDark(front) else given.getBoolean("dark")
        val bars = WindowCompat.getInsetsController(front.window, front.window.decorView)
        bars.isAppearanceLightStatusBars = !dark
        bars.isAppearanceLightNavigationBars = !dark
        content(front).setBackgroundColor(if (dark) DARK_PAPER else LIGHT_PAPER)
    }

    private fun drawing(invoke: Invoke, draw: (Activity, JSObject) -> Unit) {
        val given = invoke.getArgs()
        // The current activity, which may have been recreated since the start.
        val front = PluginManager.activity ?: activity
        front.runOnUiThread {
            draw(front, given)
            invoke.resolve()
        }
    }

    private fun content(front: Activity): View = front.findViewById(android.R.id.content)

    private fun isSystemDark(front: Activity): Boolean {
        val mode = front.resources.configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK
        return mode == Configuration.UI_MODE_NIGHT_YES
    }

    private companion object {
        /** The app's `paper` in res/values and in res/values-night. */
        const val LIGHT_PAPER = 0xFFF6F5F1.toInt()
        const val DARK_PAPER = 0xFF14191B.toInt()
    }
}
