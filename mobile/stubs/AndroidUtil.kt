@file:Suppress("UNUSED_PARAMETER", "unused")

package android.util

import java.io.File
import java.io.FileNotFoundException
import java.io.FileOutputStream
import java.io.IOException

class Base64 {
    companion object {
        const val NO_WRAP = 2

        @JvmStatic fun decode(str: String, flags: Int): ByteArray = TODO()

        @JvmStatic fun encodeToString(input: ByteArray, flags: Int): String = TODO()
    }
}

class AtomicFile(baseName: File) {
    @Throws(FileNotFoundException::class)
    fun readFully(): ByteArray = TODO()

    @Throws(IOException::class)
    fun startWrite(): FileOutputStream = TODO()

    fun finishWrite(str: FileOutputStream) {}

    fun failWrite(str: FileOutputStream) {}

    fun delete() {}
}
