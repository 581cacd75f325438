import { realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { PrebookError } from '@prebook/core'
import type { StoreLog } from '../../store.ts'

/** How often the files are compared while there are no writes, in milliseconds. */
const CHECK_MS = 2_000

type FileWatchOptions = {
  /** The path of the open database. */
  file: string
  /** Copies everything that was committed into a new file. */
  save: (target: string) => Promise<void>
  log: StoreLog
  /** Overrides {@link CHECK_MS}, for tests. */
  checkMs?: number
}

/**
 * Notices that an open database was replaced, moved or deleted. SQLite keeps writing to the files that it opened, which
 * then have no name and disappear with the process. So writes are refused from then on, and what was committed is saved
 * in a new file. Only a restart ends this: other programs may have written to the files in the meantime.
 */
export class FileWatch {
  readonly #file: string
  readonly #save: (target: string) => Promise<void>
  readonly #log: StoreLog
  /** The identity of each file at its path when it was opened. */
  readonly #opened: ReadonlyMap<string, string>
  readonly #timer: NodeJS.Timeout
  #lost: string | undefined
  #saving: Promise<boolean> | undefined

  /** Call this once the database and its write-ahead log are open. */
  constructor({ file, save, log, checkMs = CHECK_MS }: FileWatchOptions) {
    this.#file = file
    this.#save = save
    this.#log = log
    // SQLite puts the log next to the file itself, not next to a link to it.
    const real = realpathSync(file)
    const files = [file, `${real}-wal`, `${real}-shm`].map((path) => [path, identityOf(path)] as const)
    this.#opened = new Map(files.filter((entry): entry is [string, string] => entry[1] !== null))
    this.#timer = setInterval(() => void this.#checkAndRetry(), checkMs).unref()
  }

  /**
   * Throws if the files are not those that were opened.
   *
   * @throws PrebookError `STORE_BUSY`
   */
  assertInPlace(): void {
    if (this.check()) return
    const cause = new Error(`${this.#lost} was replaced or deleted while the database was open.`)
    throw new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
  }

  /** Whether the files are those that were opened. Otherwise saves what was committed. */
  check(): boolean {
    if (this.#lost === undefined) {
      const lost = [...this.#opened].find(([path, identity]) => identityOf(path) !== identity)
      if (lost === undefined) return true
      this.#lost = lost[0]
      this.#log.error(
        `${this.#lost} was replaced or deleted while the service had it open, so writes are refused. Everything that was acknowledged is being saved.`,
      )
    }
    this.#saving ??= this.#trySave()
    return false
  }

  /** Checks for the last time, and waits until what was committed is saved, if that is possible. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#checkAndRetry()
  }

  async #checkAndRetry(): Promise<void> {
    if (!this.check() && (await this.#saving) === false) {
      this.#saving = this.#trySave()
      await this.#saving
    }
  }

  /** @returns whether it is saved */
  async #trySave(): Promise<boolean> {
    const name = `${basename(this.#file)}.saved-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
    for (const folder of [dirname(this.#file), tmpdir()]) {
      const target = join(folder, name)
      try {
        await this.#save(target)
        this.#log.error(
          `Everything that was acknowledged until ${this.#file} was replaced or deleted is in ${target}. Stop the service, move the database that you want to use to ${this.#file} (without the -wal and -shm files of another one), and start the service.`,
        )
        return true
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        this.#log.error(
          `${target} could not be written (${why}). Keep the service running, because only this process has the data. It tries again.`,
        )
      }
    }
    return false
  }
}

/** What distinguishes the file at a path from any other; null if there is none. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}
