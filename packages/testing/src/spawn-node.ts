import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/**
 * Node arguments for a process that must end with its parent. Its `stdio` needs an `ipc` channel: see {@link spawnNode}.
 */
export const endWithParent = [
  '--require',
  // JavaScript, because reading TypeScript would double the time that a short command takes to start.
  fileURLToPath(new URL('end-with-parent.cjs', import.meta.url)),
]

/**
 * The folder of Node's compile cache, shared by all processes of the tests. Without it, every start compiles the same
 * sources again, which takes as long as the start itself.
 */
export const compileCache = fileURLToPath(
  new URL('../../../node_modules/.cache/node-compile', import.meta.url),
)

/** A Node process with its output streams, and with its input stream if requested. */
export type NodeProcess<Input extends Writable | null = null> = ChildProcessByStdio<Input, Readable, Readable>

type SpawnNodeOptions = {
  env?: NodeJS.ProcessEnv | undefined
  cwd?: string
  /** Kills the process with SIGTERM after this time, in milliseconds. */
  timeout?: number
}

/**
 * Starts Node with the given arguments. The process ends with its parent, even if the parent is killed, so that a test
 * that times out leaves no process behind. It uses the {@link compileCache} unless `env` names another one.
 *
 * @param options.stdin `pipe` to write to the process. By default, its input is empty
 */
export function spawnNode(
  args: string[],
  options: SpawnNodeOptions & { stdin: 'pipe' },
): NodeProcess<Writable>
export function spawnNode(args: string[], options?: SpawnNodeOptions): NodeProcess
export function spawnNode(
  args: string[],
  { stdin, env = process.env, ...options }: SpawnNodeOptions & { stdin?: 'pipe' } = {},
): NodeProcess<Writable | null> {
  const child = spawn(process.execPath, [...endWithParent, ...args], {
    ...options,
    env: { NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: [stdin ?? 'ignore', 'pipe', 'pipe', 'ipc'],
  })
  // Node's types do not cover three pipes with an additional channel.
  return child as NodeProcess<Writable | null>
}
