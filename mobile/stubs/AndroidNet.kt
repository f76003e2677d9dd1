@file:Suppress("UNUSED_PARAMETER", "unused")

package android.net

class Uri private constructor() {
    companion object {
        @JvmStatic fun parse(uri: String): Uri = TODO()
    }
}
