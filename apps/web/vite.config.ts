import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `pnpm dev` runs the API. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:8787'

export default defineConfig({
  plugins: [react()],
  build: {
    // What these browsers have is written as it is: light-dark(), nesting, popovers.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // An inlined file would be a data: address, which the content security policy refuses.
    assetsInlineLimit: 0,
    // The polyfill would be needed by browsers older than the ones above.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    proxy: Object.fromEntries(['/trpc', '/docs', '/openapi.json'].map((path) => [path, api])),
  },
})
