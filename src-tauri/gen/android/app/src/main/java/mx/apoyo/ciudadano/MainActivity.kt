package mx.apoyo.ciudadano

import android.content.Intent
import android.os.Bundle
import android.os.Environment
import androidx.activity.enableEdgeToEdge
import androidx.core.splashscreen.SplashScreen.Companion.installSplashScreen

/** The one window: everything in it is drawn by the WebView. */
class MainActivity : TauriActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        installSplashScreen()
        enableEdgeToEdge()
        super.onCreate(savedInstanceState)
        forgetCaptures()
        if (OldWebViewActivity.isTooOld(version)) {
            startActivity(Intent(this, OldWebViewActivity::class.java))
            finish()
        }
    }

    /**
     * Pictures that the phone's own camera app took for the WebView. By now the app has its own
     * copy, encrypted; here they would lie in the open.
     */
    private fun forgetCaptures() {
        val folder = getExternalFilesDir(Environment.DIRECTORY_PICTURES) ?: return
        folder.listFiles()?.forEach { it.delete() }
    }
}
