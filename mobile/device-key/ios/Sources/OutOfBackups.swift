import Foundation

/// What the app keeps stays out of iCloud and of a Mac's backups. It is sealed with a secret that
/// never leaves this phone: on another one it would be noise, and it is not Apple's to keep.
enum OutOfBackups {
  /// The folder in which the app's own folder is; what holds for a folder holds for all in it.
  static func keepAppFolder() {
    let files = FileManager.default
    guard
      var folder = try? files.url(
        for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    else { return }
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    // Where it fails, the next start tries again.
    try? folder.setResourceValues(values)
  }
}
