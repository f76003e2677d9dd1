import Tauri
import UIKit
import WebKit

/// Covers a private screen when the app is left, because iOS then takes the picture for the list of
/// recent apps, and while the screen is recorded or mirrored. Draws the status bar for the page's
/// theme.
class PrivateScreenPlugin: Plugin {
  private var isPrivate = false
  private var isLeft = false
  private weak var window: UIWindow?
  private let cover = UIView()

  override init() {
    super.init()
    cover.backgroundColor = .systemBackground
    cover.autoresizingMask = [.flexibleWidth, .flexibleHeight]
    let centre = NotificationCenter.default
    centre.addObserver(
      self, selector: #selector(left), name: UIApplication.willResignActiveNotification, object: nil)
    centre.addObserver(
      self, selector: #selector(returned), name: UIApplication.didBecomeActiveNotification,
      object: nil)
    centre.addObserver(
      self, selector: #selector(draw), name: UIScreen.capturedDidChangeNotification, object: nil)
  }

  @objc override public func load(webview: WKWebView) {
    window = webview.window
  }

  @objc public func set(_ invoke: Invoke) throws {
    let given = try invoke.parseArgs(Given.self)
    DispatchQueue.main.async {
      // `guarded` is for Android: iOS has no windows of other apps over this one.
      self.isPrivate = given.`private`
      self.draw()
      invoke.resolve()
    }
  }

  @objc public func bars(_ invoke: Invoke) throws {
    let given = try invoke.parseArgs(Bars.self)
    DispatchQueue.main.async {
      let style: UIUserInterfaceStyle
      switch given.dark {
      case .some(true): style = .dark
      case .some(false): style = .light
      case .none: style = .unspecified
      }
      self.shownWindow()?.overrideUserInterfaceStyle = style
      invoke.resolve()
    }
  }

  @objc private func left() {
    isLeft = true
    draw()
  }

  @objc private func returned() {
    isLeft = false
    draw()
  }

  @objc private func draw() {
    guard let window = shownWindow(), isPrivate, isLeft || UIScreen.main.isCaptured else {
      cover.removeFromSuperview()
      return
    }
    cover.frame = window.bounds
    window.addSubview(cover)
  }

  private func shownWindow() -> UIWindow? {
    if let window = window { return window }
    let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
    return scenes.flatMap { $0.windows }.first { $0.isKeyWindow }
  }
}

struct Given: Decodable {
  let `private`: Bool
  let guarded: Bool
}

struct Bars: Decodable {
  let dark: Bool?
}

@_cdecl("init_plugin_private_screen")
func initPlugin() -> Plugin {
  return PrivateScreenPlugin()
}
