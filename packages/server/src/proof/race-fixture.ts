import { insertUser } from '@prebook/db'
import type { TestEngine } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import type { RaceFixture } from './races.ts'

/**
 * Creates readers and admins on two connections to a fresh database, and a third connection that observes.
 *
 * @param options.locks false disables the locks, to verify that the races detect that
 * @param options.readers readers per connection, by default two
 */
export async function createRaceFixture(
  engine: TestEngine,
  options: { locks: boolean; readers?: number },
): Promise<RaceFixture & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const observer = stack.use(await createTestServer(engine))
  const open = (url: string) => engine.openForRaces(url, options)
  const one = stack.use(await joinTestServer(observer.url, open))
  const other = stack.use(await joinTestServer(observer.url, open))
  const count = options.readers ?? 2
  const readers = await makeReaders(one, count)
  const admin = await one.admin()
  const otherReaders = await makeReaders(other, count)
  const sameReader = { ...admin, call: other.as(readers[0]?.token) }
  const otherAdmin = await other.admin()
  const disposables = stack.move()
  return {
    services: one.services,
    readers,
    admin,
    otherServices: other.services,
    otherReaders,
    sameReader,
    otherAdmin,
    newAdmins: async () => [await addAdmin(observer, one), await addAdmin(observer, other)],
    store: observer.services.store,
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

let admins = 0

/** Adds an admin without a password, who calls through a connection. */
async function addAdmin({ services }: TestServer, connection: TestServer): Promise<Person> {
  admins += 1
  const admin = {
    email: `race-admin${admins}@example.org`,
    passwordHash: null,
    role: 'admin',
    now: 1,
  } as const
  const user = await services.store.write((tx) => insertUser(tx, admin))
  if (user === undefined) throw new Error(`${admin.email} has an account already.`)
  const { token } = await services.sessions.start(user.id)
  return { call: connection.as(token), id: user.id, token }
}

/** Creates readers one after the other: on a busy machine, hashing many passwords at once is refused. */
async function makeReaders(server: TestServer, count: number): Promise<Person[]> {
  const readers: Person[] = []
  for (let n = 0; n < count; n += 1) readers.push(await server.reader())
  return readers
}
