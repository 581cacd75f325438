import { spawnNode } from '@prebook/testing/spawn'
import { WAIT_MS } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The command as Node runs it. */
export const entry = fileURLToPath(new URL('../../bin/prebook.js', import.meta.url))

/** A command that takes longer has failed. */

/** What a run of the command came to; `code` is null when a signal ended it. */
export type Run = { code: number | null; stdout: string; stderr: string }

/** What a command is given; `input` is its standard input, `env` is added to its environment. */
export type Given = { input?: string; env?: Record<string, string> }

/** A run under way. */
export type Running = {
  kill(signal: NodeJS.Signals): void
  /** Waits until standard error holds the text. */
  says(text: string): Promise<void>
  ended: Promise<Run>
}

/** A person at a machine of their own: a home with nothing in it, and `prebook`. */
export type Desk = AsyncDisposable & {
  /** Where the command keeps tokens. */
  credentialsFile: string
  /** The environment of its commands. */
  env: Record<string, string>
  /** Runs the real command without a terminal. */
  prebook(args: string[], given?: Given): Promise<Run>
  /** As `prebook`, without waiting for the end. */
  start(args: string[], given?: Given): Running
  /** Puts a file on the desk and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>
}

/** Makes a desk; `env` holds for all its commands. */
export async function createDesk(env: Record<string, string> = {}): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'prebook-cli-'))
  const config = join(home, 'config')
  const all = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CONFIG_HOME: config,
    TZ: 'UTC',
    // Every test starts the command anew; what Node made of its files the first time is good for all.
    NODE_COMPILE_CACHE: join(tmpdir(), 'prebook-cli-compile-cache'),
    ...env,
  }
  const start = (args: string[], given: Given = {}) => run(args, given.input ?? '', { ...all, ...given.env })
  return {
    credentialsFile: join(config, 'prebook', 'credentials.json'),
    env: all,
    start,
    prebook: (args, given) => start(args, given).ended,
    async write(name, content) {
      const file = join(home, name)
      await writeFile(file, content)
      return file
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

function run(args: string[], input: string, env: Record<string, string>): Running {
  const child = spawnNode([entry, ...args], { env, stdin: 'pipe', timeout: WAIT_MS })
  const code = new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  )
  // A command that does not read its input may end before it is written.
  child.stdin.on('error', () => undefined).end(input)
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)])
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  return {
    kill: (signal) => void child.kill(signal),
    async says(words) {
      while (!said.includes(words)) {
        if (child.stderr.closed) throw new Error(`“${words}” is not said before the end:\n${said}`)
        await Promise.race([once(child.stderr, 'data'), once(child.stderr, 'close')])
      }
    },
    ended: ended.then(([exitCode, stdout, stderr]) => ({ code: exitCode, stdout, stderr })),
  }
}
