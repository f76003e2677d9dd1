@file:Suppress("UNUSED_PARAMETER", "unused")

package org.json

open class JSONObject {
    open fun getString(key: String): String = TODO()

    open fun getBoolean(key: String): Boolean = TODO()

    open fun isNull(key: String): Boolean = TODO()

    open fun put(key: String, value: Any?): JSONObject = this

    companion object {
        @JvmField val NULL: Any = Any()
    }
}

open class JSONArray {
    open fun put(value: Any?): JSONArray = this
}
