package mx.apoyo.ciudadano

import android.view.View
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat
import androidx.core.view.WindowInsetsCompat.Type

/**
 * Keeps what is in `content` clear of the system's bars, of the camera's hole and of the keyboard.
 *
 * The window reaches to all edges of the screen, as Android 15 and later have it anyway. A WebView
 * before version 139 does not make room for all of these by itself, and the last one of Android 7
 * to 9 is older. So the view around it makes room, and says that it did: a newer WebView would do
 * it a second time. `env(safe-area-inset-*)` is then 0 in the page, which is right.
 */
internal fun keepClearOfBars(content: View) {
    ViewCompat.setOnApplyWindowInsetsListener(content) { view, insets ->
        val covered = insets.getInsets(Type.systemBars() or Type.displayCutout() or Type.ime())
        view.setPadding(covered.left, covered.top, covered.right, covered.bottom)
        WindowInsetsCompat.CONSUMED
    }
}
