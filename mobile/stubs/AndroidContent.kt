@file:Suppress("UNUSED_PARAMETER", "unused")

package android.content

import android.content.res.Resources
import android.net.Uri
import android.os.ParcelFileDescriptor
import java.io.File

abstract class Context {
    val applicationContext: Context get() = TODO()
    val cacheDir: File get() = TODO()
    val contentResolver: ContentResolver get() = TODO()
    val noBackupFilesDir: File get() = TODO()
    val packageName: String get() = TODO()
    val resources: Resources get() = TODO()
    fun getExternalFilesDir(type: String?): File? = TODO()
}

abstract class BroadcastReceiver {
    abstract fun onReceive(context: Context, intent: Intent)
}

abstract class ContentResolver {
    fun openFileDescriptor(uri: Uri, mode: String): ParcelFileDescriptor? = TODO()
}

class ClipData private constructor() {
    companion object {
        @JvmStatic fun newRawUri(label: CharSequence?, uri: Uri): ClipData = TODO()
    }
}

class IntentSender private constructor()

class Intent {
    constructor(context: Context, cls: Class<*>)
    constructor(action: String, uri: Uri)
    constructor(action: String)

    val data: Uri? get() = TODO()
    var clipData: ClipData?
        get() = TODO()
        set(value) {}

    fun setType(type: String?): Intent = this

    fun addCategory(category: String): Intent = this

    fun addFlags(flags: Int): Intent = this

    fun putExtra(name: String, value: String?): Intent = this

    fun putExtra(name: String, value: Uri?): Intent = this

    companion object {
        const val ACTION_CREATE_DOCUMENT = "android.intent.action.CREATE_DOCUMENT"
        const val ACTION_SEND = "android.intent.action.SEND"
        const val ACTION_VIEW = "android.intent.action.VIEW"
        const val CATEGORY_OPENABLE = "android.intent.category.OPENABLE"
        const val EXTRA_STREAM = "android.intent.extra.STREAM"
        const val EXTRA_TITLE = "android.intent.extra.TITLE"
        const val FLAG_GRANT_READ_URI_PERMISSION = 1

        @JvmStatic
        fun createChooser(target: Intent, title: CharSequence?, sender: IntentSender?): Intent = TODO()
    }
}

class ActivityNotFoundException : RuntimeException()
