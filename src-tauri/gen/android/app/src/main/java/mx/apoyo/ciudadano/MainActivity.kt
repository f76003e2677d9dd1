package mx.apoyo.ciudadano

import android.content.Intent
import android.os.Bundle
import android.os.Environment
import android.view.MotionEvent
import android.view.View
import android.widget.Toast
import androidx.activity.enableEdgeToEdge
import androidx.core.splashscreen.SplashScreen.Companion.installSplashScreen

/** The one window, drawn by the WebView. */
class MainActivity : TauriActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        installSplashScreen()
        enableEdgeToEdge()
        super.onCreate(savedInstanceState)
        keepClearOfBars(content())
        forgetCaptures()
        if (OldWebViewActivity.isTooOld(version)) {
            startActivity(Intent(this, OldWebViewActivity::class.java))
            finish()
        }
    }

    /** A guarded screen (mobile/private-screen) refuses touches through another app's window. */
    override fun dispatchTouchEvent(ev: MotionEvent): Boolean {
        if (!content().filterTouchesWhenObscured || !isObscured(ev.flags)) {
            return super.dispatchTouchEvent(ev)
        }
        if (ev.actionMasked == MotionEvent.ACTION_DOWN) {
            Toast.makeText(this, R.string.overlay_refused, Toast.LENGTH_LONG).show()
        }
        return true
    }

    private fun content(): View = findViewById(android.R.id.content)

    /**
     * Pictures that the phone's own camera app took for the WebView. A door removes them as soon as it
     * has its own encrypted copy. This removes those that a crash left behind.
     */
    private fun forgetCaptures() {
        val folder = getExternalFilesDir(Environment.DIRECTORY_PICTURES) ?: return
        folder.listFiles()?.forEach { it.delete() }
    }
}
