package mx.apoyo.devicekey

import android.app.Activity
import android.util.Base64
import app.tauri.annotation.Command
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSArray
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.util.concurrent.Executors
import org.json.JSONObject

/**
 * The Android half of the plugin. Only Rust can call it, because there is no permission for pages.
 * The words of refusals ("lost", "locked", "full") are those of src/wire.rs.
 */
@TauriPlugin
class DeviceKeyPlugin(activity: Activity) : Plugin(activity) {
    private val key = SigningKey()
    private val secret = WrappedSecret(activity.applicationContext)

    /** One request at a time, never on the UI thread: StrongBox takes seconds. */
    private val worker = Executors.newSingleThreadExecutor()

    @Command
    fun make(invoke: Invoke) = answer(invoke) { told(key.make(bytesOf(invoke))) }

    @Command
    fun look(invoke: Invoke) = answer(invoke) { told(key.look()) }

    @Command
    fun sign(invoke: Invoke) = answer(invoke) { bytes(key.sign(bytesOf(invoke))) }

    @Command
    fun attestation(invoke: Invoke) = answer(invoke) {
        val chain = key.attestation()
        if (chain.isEmpty()) {
            JSObject().put("kind", "none")
        } else {
            val list = JSArray()
            chain.forEach { list.put(text(it)) }
            JSObject().put("kind", "androidKey").put("chain", list)
        }
    }

    /** Android has no assertions. */
    @Command
    fun assertion(invoke: Invoke) = answer(invoke) { bytes(null) }

    @Command
    fun delete(invoke: Invoke) = answer(invoke) {
        key.delete()
        null
    }

    @Command
    fun loadSecret(invoke: Invoke) = answer(invoke) { bytes(secret.load()) }

    @Command
    fun keepSecret(invoke: Invoke) = answer(invoke) {
        secret.keep(bytesOf(invoke))
        null
    }

    @Command
    fun deleteSecret(invoke: Invoke) = answer(invoke) {
        secret.delete()
        null
    }

    private fun answer(invoke: Invoke, work: () -> JSObject?) {
        worker.execute {
            try {
                val done = work()
                if (done == null) invoke.resolve() else invoke.resolve(done)
            } catch (fault: Exception) {
                val refusal = refusalOf(fault)
                invoke.reject(refusal.message, refusal.word)
            }
        }
    }

    private fun told(found: FoundKey?): JSObject =
        JSObject()
            .put("publicKey", found?.let { text(it.point) } ?: JSONObject.NULL)
            .put("level", found?.level ?: JSONObject.NULL)

    private fun bytes(bytes: ByteArray?): JSObject =
        JSObject().put("bytes", bytes?.let { text(it) } ?: JSONObject.NULL)

    private fun bytesOf(invoke: Invoke): ByteArray =
        Base64.decode(invoke.getArgs().getString("bytes"), Base64.NO_WRAP)

    private fun text(bytes: ByteArray): String = Base64.encodeToString(bytes, Base64.NO_WRAP)
}
