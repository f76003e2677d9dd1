@file:Suppress("UNUSED_PARAMETER", "unused")

package app.tauri.plugin

import android.app.Activity
import android.content.Intent
import org.json.JSONArray
import org.json.JSONObject

abstract class Plugin(activity: Activity) {
    fun startActivityForResult(invoke: Invoke, intent: Intent, callbackName: String) {}
}

object PluginManager {
    // In Tauri itself this is AppCompatActivity.
    var activity: Activity? = null
}

class Invoke {
    fun getArgs(): JSObject = TODO()

    fun resolve() {}

    fun resolve(data: JSObject?) {}

    fun reject(msg: String?, code: String?) {}
}

class JSObject : JSONObject() {
    override fun getString(key: String): String = TODO()

    override fun getBoolean(key: String): Boolean = TODO()

    override fun put(key: String, value: Any?): JSObject = this

    fun put(key: String, value: String?): JSObject = this
}

class JSArray : JSONArray()
