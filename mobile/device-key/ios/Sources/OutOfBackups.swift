import Foundation

/// Keeps the app's data out of iCloud and of a Mac's backups. The data are encrypted with a secret that
/// never leaves this phone, so another phone could not read them.
enum OutOfBackups {
  /// The parent of the app's own folder. The attribute of a folder applies to everything in it.
  static func keepAppFolder() {
    let files = FileManager.default
    guard
      var folder = try? files.url(
        for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    else { return }
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    // If it fails, the next start tries again.
    try? folder.setResourceValues(values)
  }
}
