package mx.apoyo.handover

import android.content.ContentResolver
import android.net.Uri
import android.provider.DocumentsContract
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.io.SyncFailedException

/** A document that the person has just made in the picker, and that is still empty. */
internal class Document(private val resolver: ContentResolver, private val place: Uri) {
    /** Writes a file into it. On the disk when it returns, where the place is on a disk. */
    fun write(file: File) {
        val opened = resolver.openFileDescriptor(place, "wt") ?: throw IOException("no document")
        opened.use { descriptor ->
            FileOutputStream(descriptor.fileDescriptor).use { out ->
                file.inputStream().use { it.copyTo(out) }
                try {
                    out.fd.sync()
                } catch (pipe: SyncFailedException) {
                    // A place in the cloud takes the bytes through a pipe, which has no disk.
                }
            }
        }
    }

    /** Removes it, so that an empty document is not taken for the file. */
    fun remove() {
        try {
            DocumentsContract.deleteDocument(resolver, place)
        } catch (kept: Exception) {
            // The picker's app does not let others remove; the screen says that nothing was saved.
        }
    }
}
