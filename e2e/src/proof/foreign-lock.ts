import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const holder = fileURLToPath(new URL('lock-holder.ts', import.meta.url))

/** The write lock on a database, held by a process other than the API. */
export type ForeignLock = AsyncDisposable & {
  /** Releases the lock and waits until it is free. */
  release(): Promise<void>
}

/** Starts a process that takes the write lock, and waits until it holds the lock. */
export async function holdLock(path: string): Promise<ForeignLock> {
  const child = spawnNode([holder, path], { stdin: 'pipe' })
  const exited = once(child, 'exit')
  const held = once(child.stdout, 'data').then(() => true)
  if (!(await Promise.race([held, exited.then(() => false)]))) throw new Error('Could not take the lock.')
  return {
    async release() {
      child.stdin.end('release')
      const [code] = (await exited) as [number | null]
      if (code !== 0) throw new Error(`The lock holder exited with code ${code}.`)
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}
