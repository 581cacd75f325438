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
 * that times out leaves no process behind.
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
  { stdin, ...options }: SpawnNodeOptions & { stdin?: 'pipe' } = {},
): NodeProcess<Writable | null> {
  const child = spawn(process.execPath, [...endWithParent, ...args], {
    ...options,
    stdio: [stdin ?? 'ignore', 'pipe', 'pipe', 'ipc'],
  })
  // Node's types do not cover three pipes with an additional channel.
  return child as NodeProcess<Writable | null>
}
