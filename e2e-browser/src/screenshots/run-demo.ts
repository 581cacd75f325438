import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Account } from '../testing/sign-in.ts'

const script = fileURLToPath(new URL('../../../scripts/demo.ts', import.meta.url))

/** The running demo. Disposing it stops the process. */
export type RunningDemo = AsyncDisposable & {
  url: string
  admin: Account
  /** The account of a reader in the demo's story, such as `Ada`. */
  reader(name: string): Account
}

/**
 * Starts the demo and reads its address and accounts from its output.
 *
 * @throws Error with the output, when the demo exits before it serves
 */
export async function runDemo(): Promise<RunningDemo> {
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const [, address] = /^Serving at (http:\S+)/m.exec(printed) ?? []
      if (address !== undefined) resolve(address)
    })
    child.on('close', (code) =>
      reject(new Error(`The demo exited with ${code} before it served:\n${printed}`)),
    )
  })
  const account = (line: RegExp): Account => {
    const [, email, password] = line.exec(printed) ?? []
    if (email === undefined || password === undefined)
      throw new Error(`No account in the output of the demo: ${line}`)
    return { email, password }
  }
  return {
    url,
    admin: account(/^ +admin +(\S+@\S+) +(\S+)$/m),
    reader: (name) => account(new RegExp(`^ +reader +(${name}@\\S+) +(\\S+)$`, 'im')),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
