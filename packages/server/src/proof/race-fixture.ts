import type { TestEngine } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import type { RaceFixture } from './races.ts'

/**
 * Readers and admins on two connections to a fresh database, and a third connection that looks on.
 *
 * @param options.locks false takes the locks out, to see that the races notice
 * @param options.readers how many there are on each of the two; two unless told
 */
export async function createRaceFixture(
  engine: TestEngine,
  options: { locks: boolean; readers?: number },
): Promise<RaceFixture & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const onlooker = stack.use(await createTestServer(engine))
  const open = (url: string) => engine.openForRaces(url, options)
  const one = stack.use(await joinTestServer(onlooker.url, open))
  const other = stack.use(await joinTestServer(onlooker.url, open))
  const count = options.readers ?? 2
  const readers = await makeReaders(one, count)
  const admin = await one.admin()
  const otherReaders = await makeReaders(other, count)
  const sameReader = { ...admin, call: other.as(readers[0]?.token) }
  const otherAdmin = await other.admin()
  const held = stack.move()
  return {
    readers,
    admin,
    otherReaders,
    sameReader,
    otherAdmin,
    store: onlooker.services.store,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

function makeReaders(server: TestServer, count: number): Promise<Person[]> {
  return Promise.all(Array.from({ length: count }, () => server.reader()))
}
