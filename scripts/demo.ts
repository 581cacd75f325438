import { buildWebIfNeeded } from './build-web.ts'

// The tour needs no page, but whoever opens the address afterwards wants to see one.
if (!process.argv.includes('--help') && !process.argv.includes('-h')) await buildWebIfNeeded()
await import('../apps/demo/src/main.ts')
