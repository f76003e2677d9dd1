@file:Suppress("UNUSED_PARAMETER", "unused")

package androidx.webkit

import android.content.Context
import android.content.pm.PackageInfo

class WebViewCompat private constructor() {
    companion object {
        @JvmStatic fun getCurrentWebViewPackage(context: Context): PackageInfo? = TODO()
    }
}
