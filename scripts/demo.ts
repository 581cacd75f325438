import { buildWebIfNeeded } from './build-web.ts'

// The tour does not need the page, but you can open it afterwards.
if (!process.argv.includes('--help') && !process.argv.includes('-h')) await buildWebIfNeeded()
await import('../apps/demo/src/main.ts')
