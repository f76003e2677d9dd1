@file:Suppress("UNUSED_PARAMETER", "unused")

package android.provider

import android.content.ContentResolver
import android.net.Uri

class DocumentsContract private constructor() {
    companion object {
        @JvmStatic fun deleteDocument(content: ContentResolver, documentUri: Uri): Boolean = TODO()
    }
}
