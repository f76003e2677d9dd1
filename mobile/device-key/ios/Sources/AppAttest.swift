import DeviceCheck
import Foundation

/// The attestation in the form of src/wire.rs.
struct Said: Encodable {
  let kind: String
  let keyId: String?
  let object: String?

  static let none = Said(kind: "none", keyId: nil, object: nil)
}

/// App Attest: Apple attests a key of its own that this app made on this phone. The attested hash
/// (`clientDataHash`) contains the key of the Secure Enclave.
///
/// Attestation is a signal and not a gate: without it, or without a network, the answer is empty.
final class AppAttest {
  private let service = DCAppAttestService.shared
  private let place = "mx.apoyo.devicekey.app-attest"

  func attest(clientDataHash: Data, _ done: @escaping (Said) -> Void) {
    guard service.isSupported else { return done(.none) }
    service.generateKey { keyId, _ in
      guard let keyId = keyId else { return done(.none) }
      self.service.attestKey(keyId, clientDataHash: clientDataHash) { object, _ in
        guard let object = object else { return done(.none) }
        // Stored only after the attestation, because a key without it is useless later.
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

  /// iOS destroys the key itself when the app is removed.
  func forget() {
    UserDefaults.standard.removeObject(forKey: place)
  }
}
