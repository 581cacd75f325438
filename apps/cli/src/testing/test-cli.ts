import { WAIT_MS } from '@prebook/testing/bounds'
import { compileCache, spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The path of the command. */
export const entry = fileURLToPath(new URL('../../bin/prebook.js', import.meta.url))

/** The result of a command; `code` is null when a signal ended it. */
export type RunResult = { code: number | null; stdout: string; stderr: string }

/** `input` is the standard input of the command; `env` is added to its environment. */
export type RunOptions = { input?: string | Uint8Array; env?: Record<string, string> }

/** A command that is running. */
export type RunningCommand = {
  kill(signal: NodeJS.Signals): void
  /** Waits until standard error contains the text. */
  waitForStderr(text: string): Promise<void>
  ended: Promise<RunResult>
}

/** The `prebook` command with its own, initially empty, home directory. */
export type TestCli = AsyncDisposable & {
  /** The path of its credentials file. */
  credentialsFile: string
  /** The environment of the command. */
  env: Record<string, string>
  /** Runs the command without a terminal. */
  prebook(args: string[], options?: RunOptions): Promise<RunResult>
  /** As `prebook`, without waiting for its exit. */
  start(args: string[], options?: RunOptions): RunningCommand
  /** Writes a file into the home directory and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>
}

/** Creates a home directory; `env` applies to every command. */
export async function createTestCli(env: Record<string, string> = {}): Promise<TestCli> {
  const home = await mkdtemp(join(tmpdir(), 'prebook-cli-'))
  const config = join(home, 'config')
  const all = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CONFIG_HOME: config,
    TZ: 'UTC',
    NODE_COMPILE_CACHE: compileCache,
    ...env,
  }
  const start = (args: string[], options: RunOptions = {}) =>
    run(args, options.input ?? '', { ...all, ...options.env })
  return {
    credentialsFile: join(config, 'prebook', 'credentials.json'),
    env: all,
    start,
    prebook: (args, options) => start(args, options).ended,
    async write(name, content) {
      const file = join(home, name)
      await writeFile(file, content)
      return file
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

function run(args: string[], input: string | Uint8Array, env: Record<string, string>): RunningCommand {
  const child = spawnNode([entry, ...args], { env, stdin: 'pipe', timeout: WAIT_MS })
  const code = new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  )
  // A command that does not read its input may exit before it is written.
  child.stdin.on('error', () => undefined).end(input)
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)])
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return {
    kill: (signal) => void child.kill(signal),
    async waitForStderr(expected) {
      while (!stderr.includes(expected)) {
        if (child.stderr.closed)
          throw new Error(`The command exited without “${expected}” on standard error:\n${stderr}`)
        await Promise.race([once(child.stderr, 'data'), once(child.stderr, 'close')])
      }
    },
    ended: ended.then(([exitCode, stdout, allStderr]) => ({ code: exitCode, stdout, stderr: allStderr })),
  }
}
