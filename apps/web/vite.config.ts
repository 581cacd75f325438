import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where `pnpm dev` runs the API. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:8787'

export default defineConfig({
  plugins: [react(), onlyVersion()],
  build: {
    // The oldest browsers that support what the page uses: light-dark() and CSS nesting.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // An inlined file would be a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    // All targets support module preload.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    proxy: Object.fromEntries(
      ['/trpc', '/docs', '/openapi.json', String.raw`^/.*\.csv`].map((path) => [path, api]),
    ),
  },
})

/** Of the client's package.json, which the client reads its version from, the page contains only the version. */
function onlyVersion(): Plugin {
  return {
    name: 'only-version',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/client/package.json')) return null
      const { version } = JSON.parse(code) as { version: string }
      return { code: JSON.stringify({ version }), map: null }
    },
  }
}
