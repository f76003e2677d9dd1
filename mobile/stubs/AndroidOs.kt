@file:Suppress("UNUSED_PARAMETER", "unused")

package android.os

class Bundle

class Build {
    class VERSION {
        companion object {
            @JvmField val SDK_INT: Int = 24
        }
    }

    class VERSION_CODES {
        companion object {
            const val P = 28
            const val S = 31
        }
    }
}

class Environment {
    companion object {
        @JvmField val DIRECTORY_PICTURES: String = "Pictures"
    }
}
