package mx.apoyo.ciudadano

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.widget.Button
import android.widget.TextView
import androidx.webkit.WebViewCompat

/**
 * The page that replaces the app if the phone's WebView is too old for it.
 *
 * It runs in a process of its own (`:old` in the manifest), because the app's process ends with its
 * last window, which MainActivity closes.
 */
class OldWebViewActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.old_webview)
        keepClearOfBars(findViewById(android.R.id.content))
        findViewById<Button>(R.id.old_webview_update).setOnClickListener { update() }
    }

    private fun update() {
        // On Android 7 to 9 Chrome is often the WebView of other apps.
        val drawing = WebViewCompat.getCurrentWebViewPackage(this)?.packageName ?: WEBVIEW
        val store = Intent(Intent.ACTION_VIEW, Uri.parse("market://details?id=$drawing"))
        try {
            startActivity(store)
        } catch (none: ActivityNotFoundException) {
            findViewById<TextView>(R.id.old_webview_text).setText(R.string.old_webview_nowhere)
        }
    }

    companion object {
        private const val WEBVIEW = "com.google.android.webview"

        /** The oldest engine that the bundle supports (ui/citizen/vite.config.ts). */
        private const val OLDEST = 69

        /**
         * Whether a WebView of this version (`69.0.3497.100`) is too old. A WebView of unknown version is
         * tried, because the page itself reports that it cannot start.
         */
        fun isTooOld(version: String): Boolean {
            val major = version.substringBefore('.').toIntOrNull() ?: return false
            return major < OLDEST
        }
    }
}
