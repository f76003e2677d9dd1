import Foundation
import Tauri
import UIKit
import WebKit

/// The iOS half of the plugin. Only Rust can call it, because there is no permission for pages. The
/// words of refusals ("lost", "locked", "full") are those of src/wire.rs.
class DeviceKeyPlugin: Plugin {
  private let key = SigningKey()
  private let attest = AppAttest()
  private let secret = KeptSecret()

  /// One request at a time, never on the UI thread.
  private let worker = DispatchQueue(label: "mx.apoyo.devicekey")

  @objc override public func load(webview: WKWebView) {
    worker.async { OutOfBackups.keepAppFolder() }
  }

  @objc public func make(_ invoke: Invoke) {
    answer(invoke) {
      // The attestation of an older key is not valid for this one.
      self.attest.forget()
      return Told(try self.key.make())
    }
  }

  @objc public func look(_ invoke: Invoke) {
    answer(invoke) { Told(try self.key.look()) }
  }

  @objc public func sign(_ invoke: Invoke) {
    answer(invoke) { BytesTold(try self.key.sign(try self.bytes(invoke))) }
  }

  /// Asks Apple, and so needs the network: only while the phone is activated.
  @objc public func attestation(_ invoke: Invoke) {
    worker.async {
      do {
        self.attest.attest(clientDataHash: try self.bytes(invoke)) { said in
          invoke.resolve(said)
        }
      } catch {
        self.refuse(invoke, error)
      }
    }
  }

  @objc public func assertion(_ invoke: Invoke) {
    worker.async {
      do {
        self.attest.assert(clientDataHash: try self.bytes(invoke)) { assertion in
          invoke.resolve(BytesTold(assertion))
        }
      } catch {
        self.refuse(invoke, error)
      }
    }
  }

  @objc public func delete(_ invoke: Invoke) {
    answer(invoke) {
      self.attest.forget()
      try self.key.delete()
      return nil as Told?
    }
  }

  @objc public func loadSecret(_ invoke: Invoke) {
    answer(invoke) { BytesTold(try self.secret.load()) }
  }

  @objc public func keepSecret(_ invoke: Invoke) {
    answer(invoke) {
      try self.secret.keep(try self.bytes(invoke))
      return nil as Told?
    }
  }

  @objc public func deleteSecret(_ invoke: Invoke) {
    answer(invoke) {
      try self.secret.delete()
      return nil as Told?
    }
  }

  private func answer<T: Encodable>(_ invoke: Invoke, _ work: @escaping () throws -> T?) {
    worker.async {
      do {
        if let told = try work() {
          invoke.resolve(told)
        } else {
          invoke.resolve()
        }
      } catch {
        self.refuse(invoke, error)
      }
    }
  }

  private func refuse(_ invoke: Invoke, _ error: Error) {
    let refusal = error as? Refusal ?? Refusal.other("\(type(of: error))")
    invoke.reject(refusal.message, code: refusal.word)
  }

  private func bytes(_ invoke: Invoke) throws -> Data {
    let given = try invoke.parseArgs(Given.self)
    guard let bytes = Data(base64Encoded: given.bytes) else {
      throw Refusal.other("not base64")
    }
    return bytes
  }
}

struct Given: Decodable {
  let bytes: String
}

/// A key in the form for Rust; `null` if there is none.
struct Told: Encodable {
  let publicKey: String?
  let level: String?

  init(_ found: FoundKey?) {
    publicKey = found?.point.base64EncodedString()
    level = found?.level
  }
}

struct BytesTold: Encodable {
  let bytes: String?

  init(_ data: Data?) {
    bytes = data?.base64EncodedString()
  }
}

@_cdecl("init_plugin_device_key")
func initPlugin() -> Plugin {
  return DeviceKeyPlugin()
}
