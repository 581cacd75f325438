import { WAIT_MS } from '@prebook/testing/bounds'
import { spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { entry, type TestCli } from './test-cli.ts'

/**
 * Whether a pseudo-terminal is available, through the `script` command of util-linux; other versions have different
 * options. Tests that need one are skipped without it, and their names say so.
 */
export const hasTerminal =
  spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore', timeout: WAIT_MS }).status === 0

/** Appended to the name of a suite that needs a terminal. */
export const terminalNote = hasTerminal ? '' : ' (skipped: needs `script` of util-linux)'

/** A command that runs on a terminal. */
export type Terminal = AsyncDisposable & {
  /** The output so far, with escape sequences. */
  raw(): string
  /** The output so far, without escape sequences. */
  screen(): string
  /** Waits until the output contains the text. */
  waitFor(text: string): Promise<void>
  type(keys: string): void
  ended: Promise<number | null>
}

/** Starts the command on a terminal. */
export function openTerminal(
  cli: TestCli,
  args: string[],
  { columns = 80, env = {} }: { columns?: number; env?: Record<string, string> } = {},
): Terminal {
  // The arguments are passed in the environment, where no shell splits them.
  const command = `stty cols ${columns} rows 30; eval "exec $PREBOOK_COMMAND"`
  const quoted = [process.execPath, entry, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...cli.env, TERM: 'xterm-256color', SHELL: '/bin/sh', PREBOOK_COMMAND: quoted.join(' '), ...env },
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
    waitFor(text) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const check = () => {
        if (screen().includes(text)) resolve()
      }
      const fail = (why: string) =>
        reject(new Error(`The screen did not show “${text}” ${why}:\n${screen()}`))
      const timer = setTimeout(() => fail(`within ${WAIT_MS} ms`), WAIT_MS)
      void ended.then(() => fail('before the command exited'))
      watchers.add(check)
      check()
      return promise.finally(() => {
        clearTimeout(timer)
        watchers.delete(check)
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
