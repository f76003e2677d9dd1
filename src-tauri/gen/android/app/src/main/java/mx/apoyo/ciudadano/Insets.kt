package mx.apoyo.ciudadano

import android.view.View
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat
import androidx.core.view.WindowInsetsCompat.Type

/**
 * Keeps `content` clear of the system's bars, of the camera's cutout and of the keyboard.
 *
 * The window reaches to all edges of the screen, which is the rule from Android 15 on. A WebView
 * before version 139 does not make room for all of these, and the last one of Android 7 to 9 is
 * older. So the view around it makes room and consumes the insets, because a newer WebView would make
 * room a second time. In the page `env(safe-area-inset-*)` is then 0, which is right.
 */
internal fun keepClearOfBars(content: View) {
    ViewCompat.setOnApplyWindowInsetsListener(content) { view, insets ->
        val covered = insets.getInsets(Type.systemBars() or Type.displayCutout() or Type.ime())
        view.setPadding(covered.left, covered.top, covered.right, covered.bottom)
        WindowInsetsCompat.CONSUMED
    }
}
