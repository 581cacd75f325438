import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { spawnApi, type ApiProcess, type SpawnApiOptions } from '@prebook/testing/api'
import { pin, type Part } from '../frame/cores.ts'

/** A server in a separate process. */
export type ServerProcess = AsyncDisposable & { url: string; pid: number }

/** The bench's own servers, used as baselines. */
export type BareServer =
  | 'bare-events'
  | 'bare-http'
  | 'bare-mail'
  | 'bare-page'
  | 'bare-route'
  | 'bare-trpc'
  | 'empty-trpc'
  | 'mail-service'
  | 'rival'
  | 'smtp-sink'

/** Starts one of the bench's own servers, by default on the servers' cores, and waits until it serves. */
export async function startBareServer(
  name: BareServer,
  options: { args?: string[]; gapsPath?: string; part?: Part } = {},
): Promise<ServerProcess> {
  const { args = [], gapsPath, part = 'server' } = options
  const entry = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const watched = gapsPath === undefined ? [] : ['--import', preloadUrl('loop-gaps')]
  const child = spawn(process.execPath, [...watched, entry, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(gapsPath !== undefined && { BENCH_GAPS: gapsPath }) },
  })
  const ended = once(child, 'exit')
  const announced = once(child.stdout, 'data').then(([line]) => String(line))
  const line = await Promise.race([announced, ended.then(() => null)])
  if (line === null) throw new Error(`The server ${name} exited before it served.`)
  const pid = Number(child.pid)
  await pin(pid, part)
  return {
    url: (JSON.parse(line) as { url: string }).url,
    pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Modules that the bench loads before a server, to change or observe it from outside. */
export type Preload = 'loop-gaps' | 'nothing-flushed' | 'one-commit-a-request' | 'profile-on-signal'

function preloadUrl(preload: Preload): string {
  return new URL(`../preloads/${preload}.ts`, import.meta.url).href
}

export type MeasuredApiOptions = SpawnApiOptions & { part?: Part; preload?: Preload }

/** Starts the real API as operators do, by default on the servers' cores. */
export async function startMeasuredApi(options: MeasuredApiOptions = {}): Promise<ApiProcess> {
  const { part = 'server', preload, env, ...rest } = options
  const api = await spawnApi({
    ...rest,
    env: {
      LOG_LEVEL: 'error',
      // One reader makes many, so that a session costs no more than another.
      PREBOOKS_PER_HOUR: '1000000',
      PREBOOK_REQUESTS_PER_HOUR: '1000000',
      TOKEN_REQUESTS_PER_MINUTE: '1000000',
      ...(preload !== undefined && { NODE_OPTIONS: `--import=${preloadUrl(preload)}` }),
      ...env,
    },
  })
  await pin(api.pid, part)
  return api
}
