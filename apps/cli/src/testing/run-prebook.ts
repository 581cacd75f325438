import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../main.ts', import.meta.url))

/** A command that takes longer has failed. */
const WAIT_MS = 20_000

/** What a run of the command came to. */
export type Run = { code: number | null; stdout: string; stderr: string }

/** A person at a machine of their own: a home with nothing in it, and `prebook`. */
export type Desk = AsyncDisposable & {
  /** Where the command keeps tokens. */
  credentialsFile: string
  /** Runs the real command without a terminal; `input` is its standard input, `env` is added to its environment. */
  prebook(args: string[], given?: { input?: string; env?: Record<string, string> }): Promise<Run>
}

/** Makes a desk; `env` holds for all its commands. */
export async function createDesk(env: Record<string, string> = {}): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'prebook-cli-'))
  const config = join(home, 'config')
  return {
    credentialsFile: join(config, 'prebook', 'credentials.json'),
    prebook: (args, { input = '', env: more = {} } = {}) =>
      run(args, input, {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        XDG_CONFIG_HOME: config,
        TZ: 'UTC',
        ...env,
        ...more,
      }),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

async function run(args: string[], input: string, env: Record<string, string>): Promise<Run> {
  const child = spawn(process.execPath, [entry, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: WAIT_MS,
  })
  const code = new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  )
  // A command that does not read its input may end before it is written.
  child.stdin.on('error', () => undefined).end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}
