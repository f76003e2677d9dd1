import UIKit

/// The result of the document picker, given once.
final class Saving: NSObject, UIDocumentPickerDelegate {
  private var answer: ((Went) -> Void)?

  init(_ answer: @escaping (Went) -> Void) {
    self.answer = answer
  }

  func documentPicker(_ picker: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]) {
    once(urls.isEmpty ? .cancelled : .gone)
  }

  func documentPickerWasCancelled(_ picker: UIDocumentPickerViewController) {
    once(.cancelled)
  }

  private func once(_ went: Went) {
    let answer = self.answer
    self.answer = nil
    answer?(went)
  }
}
