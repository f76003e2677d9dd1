// Shows a plain page where the browser is too old for the app. Written in the syntax of 2009, so
// that it runs on every WebView there is; the app marks <html data-started> when it has started.
;(function () {
  // The few names that came between Chrome 69 and 85 and that the libraries use.
  if (typeof globalThis === 'undefined') window.globalThis = window
  if (typeof queueMicrotask === 'undefined') {
    window.queueMicrotask = function (job) {
      Promise.resolve()
        .then(job)
        .catch(function (error) {
          setTimeout(function () {
            throw error
          })
        })
    }
  }
  if (!String.prototype.replaceAll) {
    Object.defineProperty(String.prototype, 'replaceAll', {
      configurable: true,
      writable: true,
      value: function (pattern, replacement) {
        if (pattern instanceof RegExp) return this.replace(pattern, replacement)
        return typeof replacement === 'function'
          ? this.split(pattern).join(replacement(pattern))
          : this.split(pattern).join(replacement)
      },
    })
  }

  function show() {
    var page = document.getElementById('old-webview')
    var app = document.getElementById('app')
    if (page) page.removeAttribute('hidden')
    if (app) app.setAttribute('hidden', '')
  }

  function enough() {
    try {
      return (
        'noModule' in document.createElement('script') &&
        typeof Proxy === 'function' &&
        typeof Promise.prototype.finally === 'function' &&
        typeof PointerEvent === 'function' &&
        typeof Array.prototype.flat === 'function' &&
        window.CSS &&
        CSS.supports('display', 'grid') &&
        CSS.supports('color', 'var(--c)')
      )
    } catch (e) {
      return false
    }
  }

  function started() {
    return document.documentElement.getAttribute('data-started') !== null
  }

  document.addEventListener('DOMContentLoaded', function () {
    if (!enough()) show()
  })
  // A bundle that this engine cannot parse throws nothing that could be caught: it just never starts.
  window.addEventListener('load', function () {
    setTimeout(function () {
      if (!started()) show()
    }, 10000)
  })
})()
