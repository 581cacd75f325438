import type { Options } from '@node-rs/argon2'
import { createHashingThreads, type HashingThreads } from './hashing-threads.ts'

/** Argon2id with 19 MiB, two iterations and one lane, as OWASP's password storage cheat sheet recommends. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options

/** Unknown addresses are checked against this hash of nothing, so the response takes as long as for a known one. */
const DUMMY_HASH = `$argon2id$v=19$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/**
 * Password hashing, about 20 ms a call. A few calls run at a time, on threads of lower priority. All methods throw
 * PrebookError `STORE_BUSY` when the queue is full. The others also do when a request has taken too long. `startedAt` is when
 * it began, as `performance.now()`. Commands give none, and wait.
 */
export type Passwords = {
  /** Throws if the queue is full, so that a request that would be rejected costs nothing before. */
  requireRoom(): void
  hash(password: string, startedAt?: number): Promise<string>
  /** Whether the password matches the hash. Without a hash, false after the same time. */
  verify(passwordHash: string | null, password: string, startedAt?: number): Promise<boolean>
}

/** By default, a request is refused after this time, so that it has its answer within five seconds. */
const WAIT_MS = 3_000

// Shared by all services of the process, including those of tests.
const sharedThreads = createHashingThreads()

/**
 * Creates the password hasher.
 *
 * @param options.waitMs how long a request may take until its password is hashed, in milliseconds
 */
export function createPasswords({
  threads = sharedThreads,
  waitMs = WAIT_MS,
}: { threads?: HashingThreads; waitMs?: number | undefined } = {}): Passwords {
  const endOf = (startedAt: number | undefined) => (startedAt === undefined ? undefined : startedAt + waitMs)
  const hash: Passwords['hash'] = async (password, startedAt) => {
    const task = { kind: 'hash', password: password.normalize('NFC'), options: ARGON2ID } as const
    return String(await threads.run(task, endOf(startedAt)))
  }
  return {
    requireRoom: () => threads.requireRoom(),
    hash,
    async verify(passwordHash, password, startedAt) {
      const against = passwordHash ?? DUMMY_HASH
      const task = { kind: 'verify', passwordHash: against, password: password.normalize('NFC') } as const
      const matches = await threads.run(task, endOf(startedAt))
      return passwordHash !== null && matches === true
    },
  }
}
