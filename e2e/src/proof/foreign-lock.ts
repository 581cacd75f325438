import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const holder = fileURLToPath(new URL('lock-holder.ts', import.meta.url))

/** The write lock on a database, in the hands of a process that is not the API. */
export type ForeignLock = AsyncDisposable & {
  /** Lets go, and waits until that is done. */
  release(): Promise<void>
}

/** Has another process take the write lock, and waits until it holds it. */
export async function holdLock(path: string): Promise<ForeignLock> {
  const child = spawnNode([holder, path], { stdin: 'pipe' })
  const exited = once(child, 'exit')
  const held = once(child.stdout, 'data').then(() => true)
  if (!(await Promise.race([held, exited.then(() => false)]))) throw new Error('The lock could not be taken.')
  return {
    async release() {
      child.stdin.end('let go')
      const [code] = (await exited) as [number | null]
      if (code !== 0) throw new Error(`The holder of the lock ended with exit code ${code}.`)
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}
