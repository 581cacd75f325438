import { WAIT_MS } from '@prebook/testing/bounds'
import { spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { entry, type Desk } from './run-prebook.ts'

/**
 * Whether a pseudo-terminal can be had: from the `script` of util-linux, whose options those of other systems do not
 * share. Tests that need one are skipped without it, and say so in their name.
 */
export const hasTerminal =
  spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore', timeout: WAIT_MS }).status === 0

/** What is appended to the name of a suite that needs a terminal. */
export const terminalNote = hasTerminal ? '' : ' (skipped: no `script` of util-linux to make a terminal with)'

/** How long the screen may take to show something. */

/** The command on a terminal. */
export type Terminal = AsyncDisposable & {
  /** Everything that was written so far, with escape sequences. */
  raw(): string
  /** The same, without them. */
  screen(): string
  /** Waits until the screen shows the text. */
  shows(text: string): Promise<void>
  type(keys: string): void
  ended: Promise<number | null>
}

/** Starts the real command at a desk on a terminal of so many columns. */
export function openTerminal(
  desk: Desk,
  args: string[],
  { columns = 80, env = {} }: { columns?: number; env?: Record<string, string> } = {},
): Terminal {
  // The arguments travel in the environment, where no shell takes them apart.
  const command = `stty cols ${columns} rows 30; eval "exec $PREBOOK_COMMAND"`
  const quoted = [process.execPath, entry, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...desk.env, TERM: 'xterm-256color', SHELL: '/bin/sh', PREBOOK_COMMAND: quoted.join(' '), ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let raw = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk
    for (const watcher of watchers) watcher()
  })
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  )
  const screen = () => stripVTControlCharacters(raw).replaceAll('\r\n', '\n')
  return {
    raw: () => raw,
    screen,
    shows(text) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const look = () => {
        if (screen().includes(text)) resolve()
      }
      const fail = (why: string) => reject(new Error(`“${text}” is not shown ${why}:\n${screen()}`))
      const timer = setTimeout(() => fail(`within ${WAIT_MS} ms`), WAIT_MS)
      void ended.then(() => fail('before the end'))
      watchers.add(look)
      look()
      return promise.finally(() => {
        clearTimeout(timer)
        watchers.delete(look)
      })
    },
    type: (keys) => void child.stdin.write(keys),
    ended,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      child.kill('SIGKILL')
      await ended
    },
  }
}
