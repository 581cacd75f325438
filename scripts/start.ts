import { buildWebIfNeeded } from './build-web.ts'

// Runs the service in production mode, with an up-to-date build of the page.
await buildWebIfNeeded()
await import('../apps/api/src/main.ts')
