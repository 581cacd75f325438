import { spawnNode } from '@prebook/testing/spawn'
import { WAIT_MS } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A folder that is removed when the test ends. */
export type Folder = AsyncDisposable & { path: string; databaseUrl: string }

/** Creates a temporary folder for a database that outlives its process. */
export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'prebook-e2e-'))
  return {
    path,
    databaseUrl: `file:${join(path, 'prebook.db')}`,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs the API with settings that make it fail to start, and waits for it to exit. */
export async function failedStart(env: Record<string, string>): Promise<Ended> {
  return run('main.ts', { env: { HOST: '127.0.0.1', PORT: '0', ...env } })
}

/** Runs the command that creates an admin, without a terminal. */
export async function runAdminCreate(
  databaseUrl: string,
  { args, input = '' }: { args: string[]; input?: string },
): Promise<Ended> {
  return run('commands/admin-create.ts', { env: { DATABASE_URL: databaseUrl }, args, input })
}

/** Runs the command that sets a password, without a terminal. */
export async function runAdminReset(
  databaseUrl: string,
  { args, input = '' }: { args: string[]; input?: string },
): Promise<Ended> {
  return run('commands/admin-reset.ts', { env: { DATABASE_URL: databaseUrl }, args, input })
}

async function run(
  entry: string,
  { env, args = [], input = '' }: { env: Record<string, string>; args?: string[]; input?: string },
): Promise<Ended> {
  const file = fileURLToPath(new URL(`../../../apps/api/src/${entry}`, import.meta.url))
  // Without an exit code, it was killed.
  const child = spawnNode([file, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdin: 'pipe',
    timeout: WAIT_MS,
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
    })
  }
  // The process may exit without reading its input.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code: code as number | null, ...output }
}

/** Polls until a condition holds. Fails after `WAIT_MS`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Timed out waiting until ${what}.`)
    await pause(5)
  }
}

/** Whether a server listens at the address. */
export async function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
