import { WAIT_MS } from '@prebook/testing/bounds'
import type { ApiProcess } from '@prebook/testing/api'
import { createClient, type PrebookClient } from '@prebook/client'
import { repeatReads } from '../testing/shop.ts'

/** An account and its session, which outlives the process that started it. */
export type Account = { id: number; token: string }

/** Rate limits that no test reaches by accident. */
export const proofEnv = {
  REGISTRATIONS_PER_HOUR: '1000000',
  LOGIN_FAILURES_PER_HOUR: '1000000',
  PREBOOKS_PER_HOUR: '1000000',
  PREBOOK_REQUESTS_PER_HOUR: '1000000',
  TOKEN_REQUESTS_PER_MINUTE: '1000000',
  SIGN_IN_WAIT_MS: String(WAIT_MS),
}

/** How many readers register at once. Each waits for a hash, so a crowd would run into its time limits. */
const REGISTRATIONS_AT_ONCE = 5

/** Creates readers' accounts. */
export async function makeReaders(url: string, count: number): Promise<Account[]> {
  const readers: Account[] = []
  while (readers.length < count) {
    const missing = Math.min(REGISTRATIONS_AT_ONCE, count - readers.length)
    const registrations = Array.from({ length: missing }, async (_, index) => {
      const email = `reader-${readers.length + index + 1}@example.org`
      return account(await anonymous(url).auth.register.mutate({ email, password: 'a long password' }))
    })
    readers.push(...(await Promise.all(registrations)))
  }
  return readers
}

/** Creates admins with the operators' command, and signs them in. */
export async function makeAdmins(api: ApiProcess, count: number): Promise<Account[]> {
  const admins: Account[] = []
  for (let serial = 1; serial <= count; serial += 1) {
    const credentials = { email: `admin-${serial}@example.org`, password: 'a long password' }
    await api.createAdmin(credentials.email, credentials.password)
    admins.push(account(await anonymous(api.url).auth.login.mutate(credentials)))
  }
  return admins
}

/** Creates books that are out of stock, and returns their ids. */
export async function makeBooks(admin: PrebookClient, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let serial = 1; serial <= count; serial += 1) {
    const book = await admin.books.create.mutate({
      title: `Title ${serial}`,
      author: 'A. Author',
      priceCents: 1999,
    })
    ids.push(book.id)
  }
  return ids
}

/** Creates a client that acts for an account through one process. */
export function clientOf(url: string, { token }: Account): PrebookClient {
  return createClient({ url, token, timeoutMs: WAIT_MS, retries: repeatReads })
}

function anonymous(url: string): PrebookClient {
  return createClient({ url, timeoutMs: WAIT_MS })
}

function account({ token, user }: { token: string | null; user: { id: number } }): Account {
  if (token === null) throw new Error('The server returned no token.')
  return { id: user.id, token }
}
