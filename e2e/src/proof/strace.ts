import { apiEntry } from '@prebook/testing/api'
import { compileCache, endWithParent, type NodeProcess } from '@prebook/testing/spawn'
import { WAIT_MS } from '@prebook/testing/bounds'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { proofEnv } from './people.ts'

/** The reason why system calls cannot be traced on this machine; null when they can. */
export function findTracingObstacle(): string | null {
  const { error, status, stderr } = spawnSync('strace', ['-D', '-f', '-qq', process.execPath, '-e', '0'])
  if (error !== undefined) return `strace does not start (${error.message})`
  return status === 0 ? null : `strace may not trace (${String(stderr).trim()})`
}

/** A process whose system calls are traced. `pid` is that of the process, not of strace. */
export type TracedProcess = AsyncDisposable & { pid: number; exited: Promise<unknown>; output(): string }

/**
 * Runs Node under strace. The traced process is our child and strace a grandchild, so that killing the child ends both.
 *
 * @param options options of strace, such as `['-o', log]`
 */
export function trace(options: string[], script: string[], env: Record<string, string>): TracedProcess {
  const child = spawn(
    'strace',
    ['-D', '-f', '-qq', '-y', ...options, process.execPath, ...endWithParent, ...script],
    {
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  ) as NodeProcess
  const exited = once(child, 'exit')
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  }
  return {
    pid: Number(child.pid),
    exited,
    output: () => chunks.join(''),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

/** Starts the API under strace and waits until it serves. */
export async function traceApi(
  options: string[],
  databaseUrl: string,
): Promise<TracedProcess & { url: string }> {
  const env = { ...proofEnv, DATABASE_URL: databaseUrl, HOST: '127.0.0.1', PORT: '0' }
  const traced = trace(options, [apiEntry], env)
  const state = { ended: false }
  void traced.exited.then(() => (state.ended = true))
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const url = /"url":"(http:[^"]+)"/.exec(traced.output())?.[1]
    if (url !== undefined) return { ...traced, url }
    if (state.ended || performance.now() > deadline) {
      await traced[Symbol.asyncDispose]()
      throw new Error(`The traced API did not start:\n${traced.output()}`)
    }
    await pause(10)
  }
}

/**
 * Reads the relevant events of a process in order: a flush of its write-ahead log to disk, or the start of an HTTP
 * response.
 *
 * @param log the output file of strace with {@link tracedCalls} and paths (`-y`)
 */
export function readEvents(log: string): ('flush' | 'answer')[] {
  /** The threads with a flush in progress. strace prints start and end separately when another thread runs in between. */
  const flushing = new Set<string>()
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const thread = /^\d+/.exec(line)?.[0] ?? ''
      if (/\bf(data)?sync\(\d+<[^>]*-wal>/.test(line)) flushing.add(thread)
      if (/\bf(data)?sync(\(| resumed).* = 0$/.test(line) && flushing.delete(thread)) return ['flush']
      return /\bwritev?\(\d+<socket:.*"HTTP\/1\.1 /.test(line) ? ['answer'] : []
    })
}

/** The calls that {@link readEvents} understands. */
export const tracedCalls = ['-e', 'trace=fsync,fdatasync,write,writev']
