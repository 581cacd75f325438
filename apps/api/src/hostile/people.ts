import { hash, randomBytes } from 'node:crypto'
import { formatToken, searchText, TOKEN_RANDOM_LENGTH, TokenScope, type Role } from '@prebook/core'
import { insertApiToken, insertBook, insertUser, updateApiToken, updateUser } from '@prebook/db'
import type { HostileApi } from './hostile-api.ts'

/** The password of every account in these tests. */
export const PASSWORD = 'a password for tests'

/** A user with an account and a session. */
export type Person = { id: number; email: string; token: string }

/** Creates an account without the API, and signs it in. */
export async function addPerson(
  { services }: HostileApi,
  email: string,
  fields: { role?: Role; active?: boolean } = {},
): Promise<Person> {
  const passwordHash = await services.passwords.hash(PASSWORD)
  const { role = 'reader', active = true } = fields
  const id = await services.store.write(async (tx) => {
    const user = await insertUser(tx, { email, passwordHash, role, now: Date.now() })
    if (user === undefined) throw new Error(`${email} has an account already.`)
    if (!active) await updateUser(tx, user.id, { is_active: 0 })
    return user.id
  })
  return { id, email, token: (await services.sessions.start(id)).token }
}

/** The caller of a fuzzed request. */
export type Caller = 'anonymous' | 'reader' | 'staff' | 'admin' | 'deactivated' | 'token'

/** One account of each kind, and a token with every scope. */
export type Callers = {
  emails: string[]
  headers(caller: Caller): Record<string, string>
  /**
   * Undoes the effects of requests on the accounts and the token: starts ended sessions, resets roles, who is active and passwords, and
   * brings erased accounts and a revoked token back.
   */
  restore(): Promise<void>
}

export async function addCallers(api: HostileApi): Promise<Callers> {
  const people = {
    admin: await addPerson(api, 'admin@example.org', { role: 'admin' }),
    staff: await addPerson(api, 'staff@example.org', { role: 'staff' }),
    reader: await addPerson(api, 'reader@example.org'),
    deactivated: await addPerson(api, 'deactivated@example.org', { active: false }),
  }
  const passwordHash = await api.services.passwords.hash(PASSWORD)
  const machine = await addToken(api, people.admin.id)
  /** Gives each session the id of its account as its public id, so that requests can name one. */
  const nameSessions = () =>
    api.store.write(async (tx) => {
      for (const { id, token } of Object.values(people)) {
        await tx
          .updateTable('sessions')
          .set({ public_id: id })
          .where('id', '=', hash('sha256', token))
          .execute()
      }
    })
  await nameSessions()
  return {
    emails: Object.values(people).map((person) => person.email),
    headers(caller): Record<string, string> {
      if (caller === 'anonymous') return {}
      return { authorization: `Bearer ${caller === 'token' ? machine.text : people[caller].token}` }
    },
    async restore() {
      await api.store.write(async (tx) => {
        const unchanged = { expires_at: null, revoked_at: null, previous_hash: null, previous_until: null }
        await updateApiToken(tx, machine.id, { hash: machine.hash, ...unchanged })
        for (const [name, { id, email }] of Object.entries(people)) {
          const [role, is_active] =
            name === 'deactivated' ? (['reader', 0] as const) : ([name as Role, 1] as const)
          // A request may have registered the address of an erased account.
          await tx
            .updateTable('users')
            .set({ email: null })
            .where('email', '=', email)
            .where('id', '<>', id)
            .execute()
          const fields = { email, role, is_active, password_hash: passwordHash, erased_at: null }
          await tx.updateTable('users').set(fields).where('id', '=', id).execute()
        }
      })
      for (const person of Object.values(people)) {
        if ((await api.services.sessions.find(person.token)) !== null) continue
        person.token = (await api.services.sessions.start(person.id)).token
      }
      await nameSessions()
    },
  }
}

/** Adds a token with the given scopes, or with every one, without the API. */
export async function addToken(
  { store }: HostileApi,
  createdBy: number,
  scopes: readonly TokenScope[] = TokenScope.options,
): Promise<{ id: number; text: string; hash: string }> {
  const text = formatToken(
    randomBytes(TOKEN_RANDOM_LENGTH)
      .toString('base64url')
      .replaceAll(/[-_]/g, '0')
      .slice(0, TOKEN_RANDOM_LENGTH),
  )
  const hashed = hash('sha256', text)
  const token = { name: 'Till', hash: hashed, scopes: scopes.join(' '), created_by: createdBy, created_at: 1 }
  const { id } = await store.write((tx) => insertApiToken(tx, token))
  return { id, text, hash: hashed }
}

/** Adds a small catalogue in which every other book is out of stock. */
export async function addBooks({ store }: HostileApi, count = 12): Promise<void> {
  await store.write(async (tx) => {
    for (let number = 1; number <= count; number += 1) {
      const book = { title: `Book ${number}`, author: 'An Author', isbn: null }
      await insertBook(tx, {
        ...book,
        price_cents: 1_999,
        description: null,
        stock_quantity: number % 2 === 0 ? 3 : 0,
        search_text: searchText(book),
        created_at: Date.now(),
        updated_at: Date.now(),
      })
    }
  })
}

/** Adds sent e-mails to an account, whose address has refused each of them. */
export async function addRefusedMail(
  { store }: HostileApi,
  { id, email }: Pick<Person, 'id' | 'email'>,
  count = 1,
): Promise<void> {
  await store.write(async (tx) => {
    for (let number = 1; number <= count; number += 1) {
      // Not in a state that can be redriven, so that no request changes it by the way.
      const mail = {
        kind: 'verify',
        dedupe_key: `verify:${id}:${number}`,
        lane: 'now',
        state: 'sent',
      } as const
      const delivery = await tx
        .insertInto('deliveries')
        .values({ ...mail, user_id: id, next_attempt_at: 0 })
        .returning('id')
        .executeTakeFirstOrThrow()
      const refusal = { email, delivery_id: delivery.id, permanent: 1, refused_at: 1 } as const
      await tx.insertInto('refusals').values(refusal).execute()
    }
  })
}
