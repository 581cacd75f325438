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

/** Opens an account for every reader and signs them in; the five calls travel in one request. */
export async function openAccounts(url: string): Promise<Readers> {
  const anonymous = createClient({ url })
  const people = await Promise.all(
    readerNames.map(async (name): Promise<[ReaderName, Person]> => {
      const account = readerAccount(name)
      const { token } = await anonymous.auth.register.mutate({
        email: account.email,
        password: account.password,
      })
      return [name, { ...account, client: createClient({ url, token }) }]
    }),
  )
  return Object.fromEntries(people) as Readers
}
