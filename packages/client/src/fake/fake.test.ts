import { WAIT } from '@prebook/testing/bounds'
import { readFile } from 'node:fs/promises'
import { expect, expectTypeOf, test, vi } from 'vitest'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '@prebook/server/router'
import { createClient, memoryStorage, type RouterOutputs } from '../index.ts'
import { book } from '../testing/book.ts'
import { createFakePrebook, FAKE_PASSWORD, type FakeProcedure } from './index.ts'
import type { fakeRouter } from './router.ts'

test('has every procedure, with the same inputs and outputs', () => {
  type Inputs = inferRouterInputs<typeof fakeRouter>
  type Outputs = inferRouterOutputs<typeof fakeRouter>
  expectTypeOf<Inputs>().toEqualTypeOf<inferRouterInputs<AppRouter>>()
  expectTypeOf<Outputs>().toEqualTypeOf<inferRouterOutputs<AppRouter>>()
})

test('the names of procedures are known', () => {
  expectTypeOf<'prebooks.create'>().toExtend<FakeProcedure>()
  expectTypeOf<'prebooks.creat'>().not.toExtend<FakeProcedure>()
})

test('answers the client of an application', async () => {
  const fake = createFakePrebook({ books: [book] })
  const client = createClient({ url: fake.url, fetch: fake.fetch, storage: memoryStorage() })
  await client.auth.register.mutate({ email: 'ada@example.org', password: 'correct horse battery' })
  expect(await client.prebooks.create.mutate({ bookId: 1 })).toMatchObject({ id: 1, status: 'waiting' })
})

test('calls at the same time share a request', async () => {
  const fake = createFakePrebook({ books: [book] })
  await Promise.all([fake.reader.books.get.query({ bookId: 1 }), fake.reader.auth.me.query()])
  expect(fake.calls).toEqual([
    { procedure: 'books.get', requestId: 'request-1' },
    { procedure: 'auth.me', requestId: 'request-1' },
  ])
})

test('is the same each time', async () => {
  const tell = async () => {
    const fake = createFakePrebook({ books: [book], users: [{ email: 'ada@example.org' }] })
    const client = fake.createClient()
    const signedIn = await client.auth.login.mutate({ email: 'ada@example.org', password: FAKE_PASSWORD })
    const token = await fake.admin.tokens.create.mutate({ name: 'till', scopes: [] })
    return JSON.stringify([signedIn, token, await client.books.list.query({})])
  }
  expect(await tell()).toBe(await tell())
  expect(JSON.parse(await tell())).toMatchObject([
    { token: 'session-1-of-ada@example.org', expiresAt: '2026-01-15T00:00:00.000Z' },
    { id: 1, token: expect.stringContaining('t1v1') },
    { items: [{ id: 1, priceCents: 1_000, createdAt: '2026-01-01T00:00:00.000Z' }] },
  ])
})

test('goes back to the start, and its clients stay usable', async () => {
  const fake = createFakePrebook({ books: [book] })
  const ada = fake.signIn('ada@example.org')
  await ada.prebooks.create.mutate({ bookId: 1 })
  await fake.staff.stock.set.mutate({ bookId: 1, quantity: 1 })
  fake.clock.advance(1_000)
  fake.failNext({ reason: 'INTERNAL_ERROR' })
  fake.reset()
  expect([fake.mails, fake.calls, fake.clock.now()]).toEqual([[], [], Date.parse('2026-01-01T00:00:00.000Z')])
  expect(await ada.prebooks.list.query({})).toEqual({ items: [], nextCursor: null })
  expect(await ada.prebooks.create.mutate({ bookId: 1 })).toMatchObject({ id: 1, status: 'waiting' })
})

test('what a test holds is not what the shop holds', async () => {
  const now = new Date('2026-03-01')
  const users = [{ email: 'ada@example.org' }]
  const fake = createFakePrebook({ books: [book], users, now })
  now.setFullYear(1999)
  users[0] = { email: 'nowhere' }
  fake.reset()
  expect(new Date(fake.clock.now()).getFullYear()).toBe(2026)

  const [mails, calls] = [fake.mails, fake.calls]
  await fake.createClient().auth.requestPasswordReset.mutate({ email: 'ada@example.org' })
  expect([mails, calls]).toEqual([[], []])
  Object.assign(fake.mails[0] ?? {}, { to: 'nowhere' })
  Object.assign(fake.calls, { length: 0 })
  expect(fake.mails).toMatchObject([{ kind: 'reset', to: 'ada@example.org' }])
  expect(fake.calls).toEqual([{ procedure: 'auth.requestPasswordReset', requestId: 'request-1' }])
})

test('a subscription comes back after its connection was lost', async () => {
  const fake = createFakePrebook({ books: [book] })
  const statuses: string[] = []
  const watching = fake.reader.prebooks.watch.subscribe(undefined, {
    onData: ({ data }: { data: RouterOutputs['prebooks']['create'] }) => void statuses.push(data.status),
  })
  await vi.waitFor(() => expect(fake.openStreams).toBe(1), WAIT)
  fake.dropStreams()
  await fake.reader.prebooks.create.mutate({ bookId: 1 })
  await vi.waitFor(() => expect(statuses).toEqual(['waiting']), WAIT)
  watching.unsubscribe()
  await vi.waitFor(() => expect(fake.openStreams).toBe(0), WAIT)
})

test('a session in a cookie is kept as by a browser', async () => {
  const fake = createFakePrebook({ users: [{ email: 'ada@example.org' }] })
  const client = fake.createClient()
  const login = { email: 'ada@example.org', password: FAKE_PASSWORD, session: 'cookie' } as const
  expect(await client.auth.login.mutate(login)).toMatchObject({ token: null })
  expect(await client.auth.me.query()).toMatchObject({ email: 'ada@example.org' })
  await client.auth.logout.mutate()
  expect(await client.auth.me.query()).toBeNull()
})

test('a call that is aborted ends at once', async () => {
  const fake = createFakePrebook()
  await expect(fake.fetch(`${fake.url}/trpc/auth.me`, { signal: AbortSignal.abort() })).rejects.toThrow(
    'abort',
  )
})

test.each(['readme.test.ts', 'readme-msw.test.ts'])('the sample in the README is %s', async (file) => {
  const [readme, sample] = await Promise.all(
    ['../../README.md', file].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  )
  expect(readme).toContain(`\`\`\`ts\n${sample}\`\`\``)
})
