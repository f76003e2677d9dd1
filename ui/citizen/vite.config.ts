import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// The oldest supported engines: Chrome 69 (the factory WebView of Android 7) and Safari 13.
const oldest = ['es2019', 'chrome69', 'safari13']

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: oldest,
    cssTarget: ['chrome69', 'safari13'],
    // Assets are never inlined: a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { host: '127.0.0.1', proxy: { '/native': 'http://127.0.0.1:4600' } },
  // The tests run the browser's code, not the server-side rendering.
  ...(process.env['VITEST'] ? { resolve: { conditions: ['browser'] } } : {}),
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
})
