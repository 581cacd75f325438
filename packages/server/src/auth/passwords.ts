import { hash, verify, type Options } from '@node-rs/argon2'

/** Argon2id with 19 MiB, two passes and one lane: the first choice of OWASP's password storage cheat sheet. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashing of passwords. Each call runs on a thread of its own, some 20 ms long. */
export type Passwords = {
  hash(password: string): Promise<string>
  /** Whether the password belongs to the hash; with no hash, false after the same time. */
  verify(passwordHash: string | null, password: string): Promise<boolean>
}

/** Makes the hasher. */
export function createPasswords(): Passwords {
  // What an unknown address is checked against, so that the answer takes as long as for a known one.
  const nobody = hash('nobody has this password', ARGON2ID)
  // If hashing does not work at all, it is the request that needs it that says so.
  nobody.catch(() => {})
  return {
    hash: (password) => hash(password.normalize('NFC'), ARGON2ID),
    async verify(passwordHash, password) {
      const matches = await verify(passwordHash ?? (await nobody), password.normalize('NFC'))
      return passwordHash !== null && matches
    },
  }
}
