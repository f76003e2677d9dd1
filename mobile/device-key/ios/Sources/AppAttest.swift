import DeviceCheck
import Foundation

/// What the hardware says, as src/wire.rs reads it.
struct Said: Encodable {
  let kind: String
  let keyId: String?
  let object: String?

  static let none = Said(kind: "none", keyId: nil, object: nil)
}

/// App Attest: Apple vouches for a key of its own, made by this app on this phone. The key of the
/// Secure Enclave is named in what is attested (`clientDataHash`).
///
/// Attestation is a signal and not a gate: a phone without it, or without network, says nothing.
final class AppAttest {
  private let service = DCAppAttestService.shared
  private let place = "mx.apoyo.devicekey.app-attest"

  func attest(clientDataHash: Data, _ done: @escaping (Said) -> Void) {
    guard service.isSupported else { return done(.none) }
    service.generateKey { keyId, _ in
      guard let keyId = keyId else { return done(.none) }
      self.service.attestKey(keyId, clientDataHash: clientDataHash) { object, _ in
        guard let object = object else { return done(.none) }
        // Kept only once it is attested: a key that is not has no use later.
        UserDefaults.standard.set(keyId, forKey: self.place)
        done(Said(kind: "appAttest", keyId: keyId, object: object.base64EncodedString()))
      }
    }
  }

  func assert(clientDataHash: Data, _ done: @escaping (Data?) -> Void) {
    guard service.isSupported, let keyId = UserDefaults.standard.string(forKey: place) else {
      return done(nil)
    }
    service.generateAssertion(keyId, clientDataHash: clientDataHash) { assertion, _ in
      done(assertion)
    }
  }

  /// iOS destroys the key itself with the app.
  func forget() {
    UserDefaults.standard.removeObject(forKey: place)
  }
}
