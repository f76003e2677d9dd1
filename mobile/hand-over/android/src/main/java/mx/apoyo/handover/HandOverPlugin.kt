package mx.apoyo.handover

import android.app.Activity
import android.app.PendingIntent
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Handler
import android.os.Looper
import androidx.activity.result.ActivityResult
import androidx.core.content.FileProvider
import app.tauri.annotation.ActivityCallback
import app.tauri.annotation.Command
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import app.tauri.plugin.PluginManager
import java.io.File
import java.util.concurrent.Executors

/**
 * The Android half of the plugin. Only Rust can call it, because there is no permission for pages.
 * The words of answers and refusals are those of src/lib.rs and src/wire.rs.
 */
@TauriPlugin
class HandOverPlugin(private val activity: Activity) : Plugin(activity) {
    /** Copies files, never on the UI thread. */
    private val worker = Executors.newSingleThreadExecutor()
    private val main = Handler(Looper.getMainLooper())

    /** The document picker: the person chooses the place, and the system reports the result. */
    @Command
    fun save(invoke: Invoke) {
        val given = invoke.getArgs()
        val picker = Intent(Intent.ACTION_CREATE_DOCUMENT)
            .addCategory(Intent.CATEGORY_OPENABLE)
            .setType(given.getString("kind"))
            .putExtra(Intent.EXTRA_TITLE, given.getString("name"))
        open(invoke, picker, "picked")
    }

    @ActivityCallback
    fun picked(invoke: Invoke, result: ActivityResult) {
        val place = result.data?.data.takeIf { result.resultCode == Activity.RESULT_OK }
        if (place == null) {
            answer(invoke, Went.CANCELLED)
        } else {
            worker.execute { write(invoke, place) }
        }
    }

    private fun write(invoke: Invoke, place: Uri) {
        val document = Document(front().contentResolver, place)
        try {
            document.write(File(invoke.getArgs().getString("path")))
            answer(invoke, Went.GONE)
        } catch (fault: Exception) {
            // Half a receipt must not look like a whole one.
            document.remove()
            refuse(invoke, fault)
        }
    }

    /** The share sheet. It reports that an app was chosen, but not what that app does. */
    @Command
    fun share(invoke: Invoke) {
        val given = invoke.getArgs()
        val activity = front()
        try {
            val authority = activity.packageName + ".fileprovider"
            val file = FileProvider.getUriForFile(activity, authority, File(given.getString("path")))
            val send = Intent(Intent.ACTION_SEND)
                .setType(given.getString("kind"))
                .putExtra(Intent.EXTRA_STREAM, file)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
            // The sheet passes on the permission to read with this, not with the extra.
            send.clipData = ClipData.newRawUri(null, file)
            val chosen = Choice { went -> answer(invoke, went) }
            ChosenReceiver.waiting = chosen
            open(invoke, Intent.createChooser(send, null, heardBy(activity)), "closed")
        } catch (fault: Exception) {
            refuse(invoke, fault)
        }
    }

    /** The sheet is closed. The report of a chosen app may come a moment later. */
    @ActivityCallback
    fun closed(invoke: Invoke, result: ActivityResult) {
        val waiting = ChosenReceiver.waiting ?: return
        main.postDelayed({ waiting.closed() }, Choice.GRACE_MS)
    }

    private fun heardBy(activity: Activity) = PendingIntent.getBroadcast(
        activity,
        0,
        Intent(activity, ChosenReceiver::class.java),
        PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT,
    ).intentSender

    private fun open(invoke: Invoke, intent: Intent, callback: String) {
        try {
            startActivityForResult(invoke, intent, callback)
        } catch (none: ActivityNotFoundException) {
            answer(invoke, Went.NONE)
        }
    }

    /** The current activity, which may have been recreated since the start. */
    private fun front(): Activity = PluginManager.activity ?: activity

    private fun answer(invoke: Invoke, went: Went) = invoke.resolve(JSObject().put("went", went.word))

    private fun refuse(invoke: Invoke, fault: Exception) =
        invoke.reject(fault.javaClass.simpleName, wordOf(fault))
}
