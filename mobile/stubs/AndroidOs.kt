@file:Suppress("UNUSED_PARAMETER", "unused")

package android.os

import java.io.Closeable
import java.io.FileDescriptor

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

class Looper private constructor() {
    companion object {
        @JvmStatic fun getMainLooper(): Looper = TODO()
    }
}

class Handler(looper: Looper) {
    fun postDelayed(r: Runnable, delayMillis: Long): Boolean = false
}

class ParcelFileDescriptor private constructor() : Closeable {
    val fileDescriptor: FileDescriptor get() = TODO()

    override fun close() {}
}
