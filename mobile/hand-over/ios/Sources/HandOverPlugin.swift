import Foundation
import Tauri
import UIKit
import WebKit

/// The iOS half of the plugin. Only Rust can call it, because there is no permission for pages. The
/// words of answers and refusals are those of src/lib.rs and src/wire.rs.
class HandOverPlugin: Plugin {
  /// The picker holds its delegate weakly, so it is kept here until it has answered.
  private var saving: Saving?

  /// The document picker: the person chooses the place, and the system makes its copy.
  @objc public func save(_ invoke: Invoke) throws {
    let given = try invoke.parseArgs(Given.self)
    DispatchQueue.main.async {
      let picker = UIDocumentPickerViewController(forExporting: [given.url], asCopy: true)
      let saving = Saving { went in
        self.saving = nil
        invoke.resolve(Answered(went))
      }
      picker.delegate = saving
      self.saving = saving
      self.show(picker, invoke)
    }
  }

  /// The share sheet, which answers when the chosen activity has ended.
  @objc public func share(_ invoke: Invoke) throws {
    let given = try invoke.parseArgs(Given.self)
    DispatchQueue.main.async {
      let sheet = UIActivityViewController(activityItems: [given.url], applicationActivities: nil)
      sheet.completionWithItemsHandler = { _, completed, _, fault in
        if let fault = fault {
          HandOverPlugin.refuse(invoke, fault)
        } else {
          invoke.resolve(Answered(completed ? .gone : .cancelled))
        }
      }
      self.show(sheet, invoke)
    }
  }

  private func show(_ shown: UIViewController, _ invoke: Invoke) {
    guard let front = front() else {
      saving = nil
      return invoke.resolve(Answered(.none))
    }
    // An iPad shows the sheet next to a view, and ends the app if no view is named.
    shown.popoverPresentationController?.sourceView = front.view
    shown.popoverPresentationController?.sourceRect = CGRect(
      x: front.view.bounds.midX, y: front.view.bounds.maxY - 1, width: 1, height: 1)
    front.present(shown, animated: true)
  }

  /// The topmost view controller: only it may present another one.
  private func front() -> UIViewController? {
    var front = manager.viewController
    while let above = front?.presentedViewController {
      front = above
    }
    return front
  }

  private static func refuse(_ invoke: Invoke, _ fault: Error) {
    let fault = fault as NSError
    let full = fault.domain == NSCocoaErrorDomain && fault.code == NSFileWriteOutOfSpaceError
    invoke.reject("\(fault.domain) \(fault.code)", code: full ? "full" : "other")
  }
}

struct Given: Decodable {
  let path: String
  let name: String
  let kind: String

  var url: URL {
    return URL(fileURLWithPath: path)
  }
}

/// The fate of a file; the words are those of `HandedOver` in src/lib.rs.
enum Went: String, Encodable {
  case gone = "gone"
  case cancelled = "cancelled"
  case none = "none"
}

struct Answered: Encodable {
  let went: Went

  init(_ went: Went) {
    self.went = went
  }
}

@_cdecl("init_plugin_hand_over")
func initPlugin() -> Plugin {
  return HandOverPlugin()
}
