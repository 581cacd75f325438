import { spawnNode, type NodeProcess } from './spawn-node.ts'
import { WAIT_MS } from './bounds.ts'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const apiEntry = fileURLToPath(new URL('../../../apps/api/src/main.ts', import.meta.url))
const adminEntry = fileURLToPath(new URL('../../../apps/api/src/commands/admin-create.ts', import.meta.url))

const compileCache = fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url))

/** How much of a long-lived process's output is kept, in characters. */
const KEPT_OUTPUT = 4_000_000

export type SpawnApiOptions = {
  /** The database; without it a fresh SQLite file in a temporary folder that is removed at the end. */
  databaseUrl?: string
  /** More environment variables. The rest of this process's environment is not passed on. */
  env?: Record<string, string>
}

/** The real API, as a process of its own on a free port of the loopback interface. */
export type ApiProcess = AsyncDisposable & {
  /** Where it serves, such as `http://127.0.0.1:49152`. */
  url: string
  databaseUrl: string
  pid: number
  /** What it has written to standard output and standard error; of more than a few megabytes the latest. */
  output(): string
  /** Its exit code when it has ended, by itself or not; null when a signal ended it. */
  ended: Promise<number | null>
  /** Creates an admin with the command that operators use. */
  createAdmin(email: string, password: string): Promise<void>
  /** Sends a signal (SIGTERM unless named) and waits for the end; gives the exit code, null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts the API and waits until it serves.
 *
 * @throws Error with what the process wrote, when it ends or stays silent instead
 */
export async function spawnApi(options: SpawnApiOptions = {}): Promise<ApiProcess> {
  const folder = options.databaseUrl === undefined ? await mkdtemp(join(tmpdir(), 'prebook-api-')) : null
  const databaseUrl = options.databaseUrl ?? `file:${join(String(folder), 'prebook.db')}`
  const env = {
    PATH: process.env['PATH'] ?? '',
    // Sources that did not change since the last start need not be compiled again: half of what a start costs.
    NODE_COMPILE_CACHE: compileCache,
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    ...options.env,
  }
  const child = spawnNode([apiEntry], { env })
  const output = collectOutput(child)
  // Not `exit`: by then the last of its output may not have been read.
  const ended = once(child, 'close').then(([code]) => code as number | null)

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return within(ended, 'stopping the API', output)
  }
  const dispose = async (): Promise<void> => {
    try {
      await stop()
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    } finally {
      if (folder !== null) await rm(folder, { recursive: true, force: true })
    }
  }
  try {
    const url = await within(
      Promise.race([announcedUrl(child, output), failure(ended, output)]),
      'starting the API',
      output,
    )
    return {
      url,
      databaseUrl,
      pid: Number(child.pid),
      output,
      ended,
      stop,
      createAdmin: (email, password) => createAdmin(env, email, password),
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

function collectOutput(child: NodeProcess<Writable | null>): () => string {
  const chunks: string[] = []
  let size = 0
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      chunks.push(chunk)
      size += chunk.length
      while (size > KEPT_OUTPUT && chunks.length > 1) size -= chunks.shift()?.length ?? 0
    })
  }
  return () => chunks.join('')
}

/** The address in the log line that says that requests are served. */
async function announcedUrl(child: NodeProcess, output: () => string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const look = () => {
    const url = /"url":"(http:[^"]+)"/.exec(output())?.[1]
    if (url === undefined) return
    child.stdout.off('data', look)
    resolve(url)
  }
  child.stdout.on('data', look)
  look()
  return promise
}

async function failure(ended: Promise<number | null>, output: () => string): Promise<never> {
  const code = await ended
  throw new Error(`The API ended with exit code ${code} instead of serving:\n${output()}`)
}

async function createAdmin(env: Record<string, string>, email: string, password: string): Promise<void> {
  const child = spawnNode([adminEntry, '--email', email, '--password-stdin'], { env, stdin: 'pipe' })
  const output = collectOutput(child)
  const ended = once(child, 'close')
  child.stdin.end(password)
  const [code] = await within(ended, 'creating the admin', output)
  if (code !== 0) throw new Error(`The admin could not be created (exit code ${code}):\n${output()}`)
}

async function within<T>(promise: Promise<T>, what: string, output: () => string): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`${what} took longer than ${WAIT_MS} ms:\n${output()}`)),
    WAIT_MS,
  )
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}
