import { DatabaseSync } from 'node:sqlite'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, type PrebookClient, type RetryFunction, type RouterOutputs } from '@prebook/client'

export type Book = RouterOutputs['books']['get']

/** The sender of requests, with or without a session. */
export type Caller = { url: string; token: string | null; client: PrebookClient }

/** A caller with an account. */
export type Person = Caller & { id: number; email: string; password: string; token: string }

type Account = { email: string; password: string }

/** The real API on its own database, with an admin and helpers that set up tests. */
export type Shop = AsyncDisposable & {
  api: ApiProcess
  url: string
  admin: Person
  /** A caller without a token, or with an arbitrary one. */
  anonymous(token?: string): Caller
  /** Creates a reader's account with a unique address. */
  signUp(): Promise<Person>
  /** Creates several accounts concurrently. */
  signUpMany(count: number): Promise<Person[]>
  /** Adds a new book to the catalogue. */
  addBook(stockQuantity: number, details?: { title?: string; author?: string; isbn?: string }): Promise<Book>
}

/** Only reads are repeated, so that a test sees the first answer to a change. */
export const repeatReads: RetryFunction = ({ type, attempt }) => type === 'query' && attempt <= 2

/** Rate limits that no test reaches by accident. */
export const highLimits = {
  REGISTRATIONS_PER_HOUR: '1000000',
  LOGIN_FAILURES_PER_HOUR: '1000000',
  PREBOOKS_PER_HOUR: '1000000',
  PREBOOK_REQUESTS_PER_HOUR: '1000000',
  TOKEN_REQUESTS_PER_MINUTE: '1000000',
}

/** Starts the API; dispose of it in `afterAll`. */
export async function startShop(env: Record<string, string> = {}): Promise<Shop> {
  const account = { email: 'admin@example.org', password: 'the admin has a long password' }
  const api = await spawnApi({ admin: account, env: { ...highLimits, ...env } })
  try {
    const admin = await signIn(api.url, account)
    let serial = 0
    const signUp = async () => {
      serial += 1
      return register(api.url, {
        email: `reader-${serial}@example.org`,
        password: `password of reader ${serial}`,
      })
    }
    return {
      api,
      url: api.url,
      admin,
      anonymous: (token) => caller(api.url, token ?? null),
      signUp,
      // One after the other: on a busy machine, hashing many passwords at once is refused.
      async signUpMany(count) {
        const people: Person[] = []
        for (let n = 0; n < count; n += 1) people.push(await signUp())
        return people
      },
      addBook: async (stockQuantity, details = {}) => {
        serial += 1
        const book = { title: `Title ${serial}`, author: `Author ${serial}`, priceCents: 1999, ...details }
        return admin.client.books.create.mutate({ ...book, stockQuantity })
      },
      [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
    }
  } catch (error) {
    await api[Symbol.asyncDispose]()
    throw error
  }
}

/** Opens the shop's database from the test, like another program on the same machine. */
export function openDatabase(shop: Shop): DatabaseSync {
  return new DatabaseSync(shop.api.databaseUrl.slice('file:'.length), { timeout: 5_000 })
}

/** Signs in to an account. */
export async function signIn(url: string, { email, password }: Account): Promise<Person> {
  const account = { email, password }
  return person(url, account, await createClient({ url }).auth.login.mutate(account))
}

async function register(url: string, account: Account): Promise<Person> {
  return person(url, account, await createClient({ url }).auth.register.mutate(account))
}

function person(
  url: string,
  { email, password }: Account,
  { token, user }: RouterOutputs['auth']['login'],
): Person {
  if (token === null) throw new Error('The server returned no token.')
  return { ...caller(url, token), token, id: user.id, email, password }
}

function caller(url: string, token: string | null): Caller {
  return { url, token, client: createClient({ url, token, retries: repeatReads }) }
}
