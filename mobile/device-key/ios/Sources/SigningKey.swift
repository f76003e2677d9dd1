import Foundation
import Security

/// A key in the form for Rust: the uncompressed point, and the level of the key.
struct FoundKey {
  let point: Data
  let level: String
}

/// The P-256 key that signs for this phone. It is in the Secure Enclave, on this device only, and can
/// sign as soon as the phone was unlocked once after a start, because the queue also sends while the
/// phone is locked.
final class SigningKey {
  private static let tag = Data("mx.apoyo.devicekey.signing".utf8)
  private static let algorithm = SecKeyAlgorithm.ecdsaSignatureMessageX962SHA256

  /// Makes a new key, which replaces any old one.
  func make() throws -> FoundKey {
    try delete()
    var fault: Unmanaged<CFError>?
    guard
      let access = SecAccessControlCreateWithFlags(
        nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage, &fault)
    else { throw Refusal.of(fault) }
    var attributes: [String: Any] = [
      kSecAttrKeyType as String: kSecAttrKeyTypeECSECPrimeRandom,
      kSecAttrKeySizeInBits as String: 256,
      kSecPrivateKeyAttrs as String: [
        kSecAttrIsPermanent as String: true,
        kSecAttrApplicationTag as String: SigningKey.tag,
        kSecAttrAccessControl as String: access,
      ] as [String: Any],
    ]
    if SigningKey.hasEnclave {
      attributes[kSecAttrTokenID as String] = kSecAttrTokenIDSecureEnclave
    }
    guard let key = SecKeyCreateRandomKey(attributes as CFDictionary, &fault) else {
      throw Refusal.of(fault)
    }
    return try told(key)
  }

  /// The current key.
  func look() throws -> FoundKey? {
    guard let key = try find() else { return nil }
    return try told(key)
  }

  /// Signs SHA-256 of the message; DER.
  func sign(_ message: Data) throws -> Data {
    guard let key = try find() else { throw Refusal.lost }
    var fault: Unmanaged<CFError>?
    let signature = SecKeyCreateSignature(
      key, SigningKey.algorithm, message as CFData, &fault)
    guard let signature = signature else { throw Refusal.of(fault) }
    return signature as Data
  }

  func delete() throws {
    try Refusal.check(SecItemDelete(query() as CFDictionary), allowing: errSecItemNotFound)
  }

  private func find() throws -> SecKey? {
    var query = self.query()
    query[kSecReturnRef as String] = true
    var found: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &found)
    if status == errSecItemNotFound { return nil }
    try Refusal.check(status)
    guard let found = found, CFGetTypeID(found) == SecKeyGetTypeID() else { return nil }
    return (found as! SecKey)
  }

  private func query() -> [String: Any] {
    return [
      kSecClass as String: kSecClassKey,
      kSecAttrKeyType as String: kSecAttrKeyTypeECSECPrimeRandom,
      kSecAttrApplicationTag as String: SigningKey.tag,
    ]
  }

  private func told(_ key: SecKey) throws -> FoundKey {
    var fault: Unmanaged<CFError>?
    guard let publicKey = SecKeyCopyPublicKey(key),
      let point = SecKeyCopyExternalRepresentation(publicKey, &fault)
    else { throw Refusal.of(fault) }
    let level = SigningKey.hasEnclave ? "secure_enclave" : "software"
    return FoundKey(point: point as Data, level: level)
  }

  /// Whether there is a Secure Enclave. Every iPhone with iOS 15 has one; a simulator does not.
  private static var hasEnclave: Bool {
    #if targetEnvironment(simulator)
      return false
    #else
      return true
    #endif
  }
}
