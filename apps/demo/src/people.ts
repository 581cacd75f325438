import { createClient, type PrebookClient } from '@prebook/client'

/** An account of the demo. It exists only in the demo's temporary database. */
export type Account = { name: string; email: string; password: string }

/** A signed-in user, with a client that sends their token. */
export type Person = Account & { client: PrebookClient }

/** The readers of the tour. The domain `.example` is reserved (RFC 2606), so mail to it reaches no one. */
export const readerNames = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'] as const
export type ReaderName = (typeof readerNames)[number]
export type Readers = Record<ReaderName, Person>

/** Every reader has this password, so that you can sign in as each one. */
export const READER_PASSWORD = 'demo-reader'

/** The admin of the shop. */
export const adminAccount: Account = {
  name: 'the admin',
  email: 'admin@bookstore.example',
  password: 'demo-admin',
}

/** The account of a reader. */
export function readerAccount(name: ReaderName): Account {
  return { name, email: `${name.toLowerCase()}@readers.example`, password: READER_PASSWORD }
}

/** Signs in to an account. */
export async function signIn(url: string, account: Account): Promise<Person> {
  const { email, password } = account
  const { token } = await createClient({ url }).auth.login.mutate({ email, password })
  return { ...account, client: createClient({ url, token }) }
}

/** Registers accounts and signs them in, one after the other: a busy machine refuses to hash many passwords at once. */
export async function registerAccounts(url: string, accounts: readonly Account[]): Promise<Person[]> {
  const anonymous = createClient({ url })
  const people: Person[] = []
  for (const account of accounts) {
    const { email, password } = account
    const { token } = await anonymous.auth.register.mutate({ email, password })
    people.push({ ...account, client: createClient({ url, token }) })
  }
  return people
}

/** Registers the readers of the tour. */
export async function registerReaders(url: string): Promise<Readers> {
  const people = await registerAccounts(url, readerNames.map(readerAccount))
  return Object.fromEntries(people.map((person) => [person.name, person])) as Readers
}
