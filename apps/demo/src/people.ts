import { createClient, type PrebookClient } from '@prebook/client'

/** An account of the demo. It exists only in the demo's own database, which is thrown away at the end. */
export type Account = { name: string; email: string; password: string }

/** Somebody who is signed in: what they ask through their client, they ask as themselves. */
export type Person = Account & { client: PrebookClient }

/** Who pre-books. The domain `.example` is reserved (RFC 2606): no mail can ever reach anybody there. */
export const readerNames = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'] as const
export type ReaderName = (typeof readerNames)[number]
export type Readers = Record<ReaderName, Person>

/** One password for all readers, so that a visitor can be any of them without looking it up. */
export const READER_PASSWORD = 'demo-reader'

/** The person who runs the shop. */
export const adminAccount: Account = {
  name: 'the admin',
  email: 'admin@bookstore.example',
  password: 'demo-admin',
}

/** The account of a reader. */
export function readerAccount(name: ReaderName): Account {
  return { name, email: `${name.toLowerCase()}@readers.example`, password: READER_PASSWORD }
}

/** Signs somebody in who has an account. */
export async function signIn(url: string, account: Account): Promise<Person> {
  const { email, password } = account
  const { token } = await createClient({ url }).auth.login.mutate({ email, password })
  return { ...account, client: createClient({ url, token }) }
}

/** Opens the accounts of many people and signs them in; ten calls at a time travel in one request. */
export async function openAccounts(url: string, accounts: readonly Account[]): Promise<Person[]> {
  const anonymous = createClient({ url })
  return Promise.all(
    accounts.map(async (account) => {
      const { email, password } = account
      const { token } = await anonymous.auth.register.mutate({ email, password })
      return { ...account, client: createClient({ url, token }) }
    }),
  )
}

/** Opens the accounts of the readers whom the story names. */
export async function openReaders(url: string): Promise<Readers> {
  const people = await openAccounts(url, readerNames.map(readerAccount))
  return Object.fromEntries(people.map((person) => [person.name, person])) as Readers
}
