package mx.apoyo.devicekey

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyProperties
import androidx.annotation.RequiresApi
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.security.spec.X509EncodedKeySpec

/** A key in the form for Rust: the uncompressed point, and the level of the key. */
internal class FoundKey(val point: ByteArray, val level: String)

/**
 * The P-256 key that signs for this phone.
 *
 * It does not require a fingerprint or an unlocked screen, because the queue signs requests while the
 * phone is locked too.
 */
internal class SigningKey {
    private val store: KeyStore = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    /** Makes a new key, which replaces any old one: see [keyTries] for the order. */
    fun make(challenge: ByteArray): FoundKey {
        val hasStrongBoxCalls = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P
        firstThatWorks(keyTries(hasStrongBoxCalls), { make(it, challenge) }, { prove() }, { delete() })
        return look() ?: throw Refusal("lost", "the key was made and is not there")
    }

    private fun make(one: KeyTry, challenge: ByteArray) = generate(challenge.takeIf { one.attested }) {
        if (one.strongBox && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            setIsStrongBoxBacked(true)
        }
    }

    /** Checks that the new key signs and that its public half verifies the signature. */
    private fun prove() {
        val kept = store.getCertificate(ALIAS)?.publicKey ?: throw ProviderException("no key")
        // Made from its bytes: the Keystore's own object may refuse to verify, because the key only signs.
        val public = KeyFactory.getInstance(kept.algorithm)
            .generatePublic(X509EncodedKeySpec(kept.encoded))
        val signed = sign(PROBE)
        val good = Signature.getInstance(ALGORITHM).run {
            initVerify(public)
            update(PROBE)
            verify(signed)
        }
        if (!good) throw ProviderException("the key does not verify what it signed")
    }

    private fun generate(
        challenge: ByteArray?,
        more: KeyGenParameterSpec.Builder.() -> Unit,
    ) {
        val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .setAttestationChallenge(challenge)
            .apply(more)
            .build()
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, KEYSTORE).run {
            initialize(spec)
            generateKeyPair()
        }
    }

    /** The current key. */
    fun look(): FoundKey? {
        val private = private() ?: return null
        val public = store.getCertificate(ALIAS)?.publicKey as? ECPublicKey ?: return null
        return FoundKey(point(public), level(private))
    }

    /** Signs SHA-256 of the message; DER. */
    fun sign(message: ByteArray): ByteArray {
        val key = private() ?: throw Refusal("lost", "there is no key")
        return Signature.getInstance(ALGORITHM).run {
            initSign(key)
            update(message)
            sign()
        }
    }

    /** The certificates, the key's own first; none if the phone did not attest. */
    fun attestation(): List<ByteArray> {
        val chain = store.getCertificateChain(ALIAS) ?: throw Refusal("lost", "there is no key")
        // A key without attestation has one self-signed certificate.
        return if (chain.size < 2) emptyList() else chain.map { it.encoded }
    }

    fun delete() {
        store.deleteEntry(ALIAS)
    }

    private fun private(): PrivateKey? = store.getKey(ALIAS, null) as? PrivateKey

    private fun level(key: PrivateKey): String {
        val factory = KeyFactory.getInstance(key.algorithm, KEYSTORE)
        val info = factory.getKeySpec(key, KeyInfo::class.java)
        return if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) levelOf(info) else oldLevelOf(info)
    }

    @RequiresApi(Build.VERSION_CODES.S)
    private fun levelOf(info: KeyInfo): String = when (info.securityLevel) {
        KeyProperties.SECURITY_LEVEL_STRONGBOX -> "strong_box"
        KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT,
        KeyProperties.SECURITY_LEVEL_UNKNOWN_SECURE,
        -> "trusted_environment"
        else -> "software"
    }

    /** Before Android 12 StrongBox and the trusted environment cannot be distinguished afterwards. */
    @Suppress("DEPRECATION")
    private fun oldLevelOf(info: KeyInfo): String =
        if (info.isInsideSecureHardware) "trusted_environment" else "software"

    private fun point(key: ECPublicKey): ByteArray {
        val point = ByteArray(65)
        point[0] = 4
        place(key.w.affineX.toByteArray(), point, 33)
        place(key.w.affineY.toByteArray(), point, 65)
        return point
    }

    /** Copies a number of at most 32 bytes (and perhaps a leading zero) so that it ends at `end`. */
    private fun place(number: ByteArray, into: ByteArray, end: Int) {
        val length = minOf(number.size, 32)
        number.copyInto(into, end - length, number.size - length, number.size)
    }

    private companion object {
        const val ALIAS = "apoyo-device-key"
        const val ALGORITHM = "SHA256withECDSA"

        /** The message that a new key signs once. No request begins with it. */
        val PROBE = "apoyo: does this key sign?".toByteArray()
    }
}

internal const val KEYSTORE = "AndroidKeyStore"
