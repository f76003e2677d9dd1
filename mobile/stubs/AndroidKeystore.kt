@file:Suppress("UNUSED_PARAMETER", "unused")

package android.security.keystore

import java.security.InvalidKeyException
import java.security.ProviderException
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.KeySpec

class KeyGenParameterSpec private constructor() : AlgorithmParameterSpec {
    class Builder(keystoreAlias: String, purposes: Int) {
        fun setAlgorithmParameterSpec(spec: AlgorithmParameterSpec): Builder = this
        fun setDigests(vararg digests: String): Builder = this
        fun setAttestationChallenge(attestationChallenge: ByteArray?): Builder = this
        fun setIsStrongBoxBacked(isStrongBoxBacked: Boolean): Builder = this
        fun setBlockModes(vararg blockModes: String): Builder = this
        fun setEncryptionPaddings(vararg paddings: String): Builder = this
        fun setKeySize(keySize: Int): Builder = this
        fun build(): KeyGenParameterSpec = TODO()
    }
}

class KeyInfo private constructor() : KeySpec {
    val securityLevel: Int get() = TODO()

    @Deprecated("since API level 31")
    val isInsideSecureHardware: Boolean get() = TODO()
}

class KeyProperties {
    companion object {
        const val PURPOSE_ENCRYPT = 1
        const val PURPOSE_DECRYPT = 2
        const val PURPOSE_SIGN = 4
        const val DIGEST_SHA256 = "SHA-256"
        const val KEY_ALGORITHM_EC = "EC"
        const val KEY_ALGORITHM_AES = "AES"
        const val BLOCK_MODE_GCM = "GCM"
        const val ENCRYPTION_PADDING_NONE = "NoPadding"
        const val SECURITY_LEVEL_UNKNOWN_SECURE = -1
        const val SECURITY_LEVEL_TRUSTED_ENVIRONMENT = 1
        const val SECURITY_LEVEL_STRONGBOX = 2
    }
}

class StrongBoxUnavailableException : ProviderException()

class KeyPermanentlyInvalidatedException : InvalidKeyException()
