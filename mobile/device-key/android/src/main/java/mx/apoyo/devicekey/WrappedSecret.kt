package mx.apoyo.devicekey

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.AtomicFile
import java.io.File
import java.io.FileNotFoundException
import java.security.KeyStore
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * The secret of the phone's store: in a file that no backup contains, wrapped with AES-256-GCM by a
 * key that never leaves the Keystore.
 *
 * The file is one byte of version, twelve of nonce, and the wrapped secret with its tag.
 */
internal class WrappedSecret(context: Context) {
    private val file = AtomicFile(File(context.noBackupFilesDir, "storage-secret"))
    private val store: KeyStore = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    /** The secret; null if there is none, or if it can never be opened again. */
    fun load(): ByteArray? {
        val kept = try {
            file.readFully()
        } catch (none: FileNotFoundException) {
            return null
        }
        if (kept.size <= HEADER || kept[0] != VERSION) return null
        return try {
            val key = wrapping() ?: return null
            val nonce = GCMParameterSpec(TAG_BITS, kept, 1, NONCE)
            Cipher.getInstance(AES_GCM).run {
                init(Cipher.DECRYPT_MODE, key, nonce)
                doFinal(kept, HEADER, kept.size - HEADER)
            }
        } catch (other: AEADBadTagException) {
            // The file of another installation, whose key is not on this phone.
            null
        } catch (fault: Exception) {
            if (isGone(fault)) null else throw fault
        }
    }

    /** Wraps the secret and replaces the file in one step. */
    fun keep(secret: ByteArray) {
        val cipher = Cipher.getInstance(AES_GCM)
        cipher.init(Cipher.ENCRYPT_MODE, usable() ?: fresh())
        val wrapped = cipher.doFinal(secret)
        val stream = file.startWrite()
        try {
            stream.write(byteArrayOf(VERSION))
            stream.write(cipher.iv)
            stream.write(wrapped)
            file.finishWrite(stream)
        } catch (fault: Exception) {
            file.failWrite(stream)
            throw fault
        }
    }

    /** The key first: without it the file cannot be read. */
    fun delete() {
        store.deleteEntry(ALIAS)
        file.delete()
    }

    private fun wrapping(): SecretKey? = store.getKey(ALIAS, null) as? SecretKey

    /** The wrapping key, unless the phone has invalidated it. */
    private fun usable(): SecretKey? = try {
        wrapping()?.also { Cipher.getInstance(AES_GCM).init(Cipher.ENCRYPT_MODE, it) }
    } catch (fault: Exception) {
        if (isGone(fault)) null else throw fault
    }

    private fun fresh(): SecretKey {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val spec = KeyGenParameterSpec.Builder(ALIAS, purposes)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(256)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).run {
            init(spec)
            generateKey()
        }
    }

    private companion object {
        const val ALIAS = "apoyo-storage-wrap"
        const val AES_GCM = "AES/GCM/NoPadding"
        const val VERSION: Byte = 1
        const val NONCE = 12
        const val HEADER = 1 + NONCE
        const val TAG_BITS = 128
    }
}
