import Foundation
import Security

/// The secret of the phone's store: an item of the Keychain, on this device only, in no backup that
/// another device could read.
final class KeptSecret {
  func load() throws -> Data? {
    var query = self.query()
    query[kSecReturnData as String] = true
    var found: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &found)
    if status == errSecItemNotFound { return nil }
    try Refusal.check(status)
    return found as? Data
  }

  /// Changes an existing item in one step.
  func keep(_ secret: Data) throws {
    let change: [String: Any] = [kSecValueData as String: secret]
    let status = SecItemUpdate(query() as CFDictionary, change as CFDictionary)
    guard status == errSecItemNotFound else { return try Refusal.check(status) }
    var item = query()
    item[kSecValueData as String] = secret
    item[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
    try Refusal.check(SecItemAdd(item as CFDictionary, nil))
  }

  func delete() throws {
    try Refusal.check(SecItemDelete(query() as CFDictionary), allowing: errSecItemNotFound)
  }

  private func query() -> [String: Any] {
    return [
      kSecClass as String: kSecClassGenericPassword,
      kSecAttrService as String: "mx.apoyo.devicekey",
      kSecAttrAccount as String: "storage",
      kSecAttrSynchronizable as String: false,
    ]
  }
}
