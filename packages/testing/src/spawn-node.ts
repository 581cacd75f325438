import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/**
 * Arguments of Node for a process that must end with the one that starts it. Its `stdio` needs an `ipc` channel: see
 * {@link spawnNode}.
 */
export const endWithParent = ['--import', new URL('end-with-parent.ts', import.meta.url).href]

/** A Node process with its output, and its input if that was asked for. */
export type NodeProcess<Input extends Writable | null = null> = ChildProcessByStdio<Input, Readable, Readable>

type SpawnNodeOptions = {
  env?: NodeJS.ProcessEnv | undefined
  cwd?: string
  /** Kills it with SIGTERM after as many milliseconds. */
  timeout?: number
}

/**
 * Starts Node with these arguments. The process ends with the one that started it, even if that is killed: a test that
 * times out leaves nothing behind.
 *
 * @param options.stdin `pipe` to write to it; it reads nothing unless this is given
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
  // Node's types know three pipes, and not what a fourth entry leaves of them.
  return child as NodeProcess<Writable | null>
}
