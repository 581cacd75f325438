import type { Options } from '@node-rs/argon2'
import { createHashingThreads, type HashingThreads } from './hashing-threads.ts'

/** Argon2id with 19 MiB, two passes and one lane: the first choice of OWASP's password storage cheat sheet. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/**
 * Hashing of passwords, some 20 ms a call. Few run at a time, on threads that yield to requests. Both throw PrebookError
 * `RATE_LIMITED` when too many wait for their turn.
 */
export type Passwords = {
  hash(password: string): Promise<string>
  /** Whether the password belongs to the hash; with no hash, false after the same time. */
  verify(passwordHash: string | null, password: string): Promise<boolean>
}

// One set for the process, however many services a test puts together.
const threadsOfProcess = createHashingThreads()

/** Makes the hasher. */
export function createPasswords(threads: HashingThreads = threadsOfProcess): Passwords {
  const hash = async (password: string): Promise<string> =>
    String(await threads.run({ kind: 'hash', password: password.normalize('NFC'), options: ARGON2ID }))
  // What an unknown address is checked against, so that the answer takes as long as for a known one.
  const nobody = hash('nobody has this password')
  // If hashing does not work at all, it is the request that needs it that says so.
  nobody.catch(() => {})
  return {
    hash,
    async verify(passwordHash, password) {
      const against = passwordHash ?? (await nobody)
      const task = { kind: 'verify', passwordHash: against, password: password.normalize('NFC') } as const
      const matches = await threads.run(task)
      return passwordHash !== null && matches === true
    },
  }
}
