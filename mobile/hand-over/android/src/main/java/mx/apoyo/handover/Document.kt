package mx.apoyo.handover

import android.content.ContentResolver
import android.net.Uri
import android.provider.DocumentsContract
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.io.SyncFailedException

/** A new, empty document that the person has just made in the picker. */
internal class Document(private val resolver: ContentResolver, private val place: Uri) {
    /** Writes a file into it. If the document is on a disk, it is durable when this returns. */
    fun write(file: File) {
        val opened = resolver.openFileDescriptor(place, "wt") ?: throw IOException("no document")
        opened.use { descriptor ->
            FileOutputStream(descriptor.fileDescriptor).use { out ->
                file.inputStream().use { it.copyTo(out) }
                try {
                    out.fd.sync()
                } catch (pipe: SyncFailedException) {
                    // A document in the cloud is a pipe, which cannot be flushed to a disk.
                }
            }
        }
    }

    /** Removes it, so that an empty document is not mistaken for the file. */
    fun remove() {
        try {
            DocumentsContract.deleteDocument(resolver, place)
        } catch (kept: Exception) {
            // The picker's app may not allow that; the screen says that nothing was saved.
        }
    }
}
