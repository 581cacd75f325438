import { buildWebIfNeeded } from './build-web.ts'

// The service in production, with the page that its sources make.
await buildWebIfNeeded()
await import('../apps/api/src/main.ts')
