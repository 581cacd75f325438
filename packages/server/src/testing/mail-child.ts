import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('mail-process.ts', import.meta.url))

/** A child process that sends mail. */
export type MailProcess = { kill: () => Promise<void>; stop: () => Promise<number | null> }

/** Starts a child process and waits until it is ready. */
export async function startMailProcess(
  ...args: [string, string, string, string, string]
): Promise<MailProcess> {
  const child = spawnNode([entry, ...args])
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const ready = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const early = exited.then(() => {
    throw new Error(`The process ended before it was ready: ${output}`)
  })
  early.catch(() => {})
  await Promise.race([ready, early])
  return {
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}
