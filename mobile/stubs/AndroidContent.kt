@file:Suppress("UNUSED_PARAMETER", "unused")

package android.content

import android.net.Uri
import java.io.File

abstract class Context {
    val applicationContext: Context get() = TODO()
    val noBackupFilesDir: File get() = TODO()
    fun getExternalFilesDir(type: String?): File? = TODO()
}

class Intent {
    constructor(context: Context, cls: Class<*>)
    constructor(action: String, uri: Uri)

    companion object {
        const val ACTION_VIEW = "android.intent.action.VIEW"
    }
}

class ActivityNotFoundException : RuntimeException()
