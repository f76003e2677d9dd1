@file:Suppress("unused")

package android.content.res

class Resources private constructor() {
    val configuration: Configuration get() = TODO()
}

class Configuration {
    @JvmField var uiMode: Int = 0

    companion object {
        const val UI_MODE_NIGHT_MASK = 0x30
        const val UI_MODE_NIGHT_YES = 0x20
    }
}
