import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// The oldest engines that are promised: Chrome 69 (the factory WebView of Android 7) and Safari 13.
const oldest = ['es2019', 'chrome69', 'safari13']

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: oldest,
    cssTarget: ['chrome69', 'safari13'],
    // Everything is bundled: a data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { host: '127.0.0.1', proxy: { '/native': 'http://127.0.0.1:4600' } },
  // The tests run the code of the browser, not the one that renders on servers.
  ...(process.env['VITEST'] ? { resolve: { conditions: ['browser'] } } : {}),
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
})
