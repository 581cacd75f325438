import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

// Runs the API, restarted on every change, and Vite's server, which proxies requests to the API. Both stop together.
const web = fileURLToPath(new URL('../apps/web', import.meta.url))
const api = fileURLToPath(new URL('../apps/api/src/main.ts', import.meta.url))
const vite = fileURLToPath(new URL('../apps/web/node_modules/vite/bin/vite.js', import.meta.url))
const port = process.env['PORT'] ?? '8787'

const children: ChildProcess[] = [
  spawn(process.execPath, ['--watch', '--watch-preserve-output', api], {
    stdio: 'inherit',
    env: { ...process.env, PORT: port },
  }),
  spawn(process.execPath, [vite], {
    stdio: 'inherit',
    cwd: web,
    env: { ...process.env, API_URL: `http://127.0.0.1:${port}` },
  }),
]

const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
const exits = children.map(async (child) => {
  await once(child, 'exit')
  stop()
})
await Promise.all(exits)
