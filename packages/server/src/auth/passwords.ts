import type { Options } from '@node-rs/argon2'
import { createHashingThreads, type HashingThreads } from './hashing-threads.ts'

/** Argon2id with 19 MiB, two iterations and one lane, as OWASP's password storage cheat sheet recommends. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/**
 * Password hashing, about 20 ms a call. A few calls run at a time, on low-priority threads. Both methods throw
 * PrebookError `RATE_LIMITED` when the queue is full.
 */
export type Passwords = {
  hash(password: string): Promise<string>
  /** Whether the password matches the hash. Without a hash, false after the same time. */
  verify(passwordHash: string | null, password: string): Promise<boolean>
}

// Shared by all services of the process, including those of tests.
const sharedThreads = createHashingThreads()

/** Creates the password hasher. */
export function createPasswords(threads: HashingThreads = sharedThreads): Passwords {
  const hash = async (password: string): Promise<string> =>
    String(await threads.run({ kind: 'hash', password: password.normalize('NFC'), options: ARGON2ID }))
  // Unknown addresses are checked against this hash, so the response takes as long as for a known one.
  const dummyHash = hash('unknown account')
  // If hashing fails, the request that needs it reports the error.
  dummyHash.catch(() => {})
  return {
    hash,
    async verify(passwordHash, password) {
      const against = passwordHash ?? (await dummyHash)
      const task = { kind: 'verify', passwordHash: against, password: password.normalize('NFC') } as const
      const matches = await threads.run(task)
      return passwordHash !== null && matches === true
    },
  }
}
