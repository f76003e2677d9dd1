import Foundation
import Security

/// Why the key store refused a request; `word` is one of src/wire.rs.
struct Refusal: Error {
  let word: String
  let message: String

  static let lost = Refusal(word: "lost", message: "there is no key")

  static func other(_ message: String) -> Refusal {
    return Refusal(word: "other", message: message)
  }

  /// Throws unless the status is a success or the allowed one.
  static func check(_ status: OSStatus, allowing allowed: OSStatus = errSecSuccess) throws {
    if status != errSecSuccess && status != allowed { throw of(status) }
  }

  static func of(_ status: OSStatus) -> Refusal {
    switch status {
    case errSecItemNotFound: return .lost
    // Before the phone is first unlocked after a start.
    case errSecInteractionNotAllowed:
      return Refusal(word: "locked", message: "the phone was not unlocked yet")
    case errSecDiskFull: return Refusal(word: "full", message: "no room left")
    default: return .other("status \(status)")
    }
  }

  static func of(_ fault: Unmanaged<CFError>?) -> Refusal {
    guard let error = fault?.takeRetainedValue() else { return .other("no reason given") }
    return of(OSStatus(truncatingIfNeeded: CFErrorGetCode(error)))
  }
}
