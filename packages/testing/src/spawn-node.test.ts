import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { WAIT } from './bounds.ts'
import { spawnNode } from './spawn-node.ts'

const parent = `
  import { spawnNode } from ${JSON.stringify(new URL('spawn-node.ts', import.meta.url).href)}
  const child = spawnNode(['-e', 'setInterval(() => {}, 1000); console.log("ready")'])
  child.stdout.once('data', () => console.log(child.pid))
`

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a process ends when the one that started it is killed', async () => {
  const killed = spawnNode(['--input-type=module', '-e', parent])
  const [line] = (await once(killed.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  expect(isAlive(pid)).toBe(true)
  killed.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WAIT)
})

test('a process that has nothing more to do ends although the channel is open', async () => {
  const [code] = (await once(spawnNode(['-e', '0']), 'exit')) as [number | null]
  expect(code).toBe(0)
})
