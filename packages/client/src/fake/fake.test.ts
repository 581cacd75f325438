import { WAIT } from '@prebook/testing/bounds'
import { readFile } from 'node:fs/promises'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '@prebook/server/router'
import { accessOf, scopeOf } from '@prebook/server/access'
import { createClient, explainError, isPrebookError, memoryStorage, type RouterOutputs } from '../index.ts'
import { caught } from '../testing/caught.ts'
import {
  createFakePrebook,
  FAKE_PASSWORD,
  type FakeFailure,
  type FakeOptions,
  type FakeProcedure,
} from './index.ts'
import type { fakeRouter } from './router.ts'

const book = { title: 'Dune', author: 'Frank Herbert' }

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

describe('who may call what', () => {
  const names = Object.keys(accessOf)
  const call = async (token: string | null, name: string, fake: ReturnType<typeof createFakePrebook>) => {
    const headers = new Headers({ 'content-type': 'application/json' })
    if (token !== null) headers.set('authorization', `Bearer ${token}`)
    const get = await fake.fetch(`${fake.url}/trpc/${name}`, { headers })
    const answer =
      get.status === 405 ? await fake.fetch(`${fake.url}/trpc/${name}`, { method: 'POST', headers }) : get
    if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      const reader = answer.body?.getReader()
      // The opening comes first, and a refusal after it.
      await reader?.read()
      fake.dropStreams()
      let text = ''
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
        text += new TextDecoder().decode(part.value)
      return /"reason":"(\w+)"/.exec(text)?.[1] ?? 'allowed'
    }
    const body = (await answer.json()) as { error?: { data: { reason: string } } }
    return body.error?.data.reason ?? 'allowed'
  }
  const isRefused = (reason: string) => /^AUTH_(REQUIRED|FORBIDDEN|SCOPE_MISSING)$/.test(reason)

  test.each(names)('%s', async (name) => {
    const expected = {
      anyone: accessOf[name] === 'public',
      reader: accessOf[name] === 'public' || accessOf[name] === 'signed in',
      staff: accessOf[name] !== 'admin',
      admin: true,
    }
    const allowed: Record<string, boolean> = {}
    for (const role of ['anyone', 'reader', 'staff', 'admin'] as const) {
      const fake = createFakePrebook({
        users: [{ email: 'x@example.org', role: role === 'anyone' ? 'reader' : role }],
      })
      const token = role === 'anyone' ? null : fake.sessionToken('x@example.org')
      allowed[role] = !isRefused(await call(token, name, fake))
    }
    expect(allowed).toEqual(expected)
  })

  test.each(names)('%s, with a token', async (name) => {
    const fake = createFakePrebook()
    const scope = scopeOf[name] ?? 'none'
    const [none, all] = [
      await fake.admin.tokens.create.mutate({ name: 'none', scopes: [] }),
      await fake.admin.tokens.create.mutate({
        name: 'one',
        scopes: scope === 'any' || scope === 'none' ? ['stock:write'] : [scope],
      }),
    ]
    expect(!isRefused(await call(none.token, name, fake))).toBe(scope === 'any')
    expect(!isRefused(await call(all.token, name, fake))).toBe(scope !== 'none')
  })
})

test('answers the client of an application', async () => {
  const fake = createFakePrebook({ books: [book] })
  const client = createClient({ url: fake.url, fetch: fake.fetch, storage: memoryStorage() })
  await client.auth.register.mutate({ email: 'ada@example.org', password: 'correct horse battery' })
  expect(await client.prebooks.create.mutate({ bookId: 1 })).toMatchObject({ id: 1, status: 'waiting' })
})

test.each([undefined, 'HTTP://Prebook.test/', 'https://books.example.org/shop/'])(
  'answers for its base URL only: %s',
  async (base) => {
    const fake = createFakePrebook({ books: [book], url: base })
    const client = createClient({ url: fake.url, fetch: fake.fetch, storage: memoryStorage() })
    expect(await client.books.get.query({ bookId: 1 })).toMatchObject({ id: 1 })
    expect((await fake.fetch(`${fake.url}/health`)).status).toBe(404)
    const elsewhere = [
      'http://other.test/trpc/auth.me',
      `${new URL(fake.url).origin}:8080/trpc/auth.me`,
      `${fake.url}s/trpc/auth.me`,
      'https://books.example.org/trpc/auth.me',
    ]
    for (const url of elsewhere) await expect(fake.fetch(url)).rejects.toThrow(new TypeError('fetch failed'))
    expect(fake.calls).toHaveLength(1)
    const lost = createClient({ url: 'http://other.test', fetch: fake.fetch, storage: memoryStorage() })
    expect(explainError(await caught(lost.auth.logout.mutate()))).toMatchObject({ kind: 'unreachable' })
  },
)

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

describe('what a shop could not have is refused, and the error says where', () => {
  const malformed = 'Must be an e-mail address, such as reader@example.org.'
  const ada = { email: 'ada@example.org' }

  test.each<[string, unknown]>([
    [`users[1].email: ${malformed}`, { users: [ada, { email: 'nowhere' }] }],
    ['users[0].role: Must be one of reader, staff, admin.', { users: [{ ...ada, role: 'king' }] }],
    ['users[0].id: Unknown field.', { users: [{ ...ada, id: 7 }] }],
    ['users[0].isActive: Must be true or false.', { users: [{ ...ada, isActive: 'yes' }] }],
    ['users[0].password: Must not be empty.', { users: [{ ...ada, password: '' }] }],
    ['users[1].email: Another account has this address.', { users: [ada, { email: 'Ada@example.org' }] }],
    [
      'users[0].role: Must be admin, because fake.admin signs in as admin@example.org.',
      { users: [{ email: 'Admin@example.org', role: 'reader' }] },
    ],
    ['books[1].title: Must not be empty.', { books: [book, { title: '' }] }],
    ['books[0].stock: Unknown field.', { books: [{ ...book, stock: 1 }] }],
    [
      'books[1].isbn: Another book has this ISBN.',
      {
        books: [
          { ...book, isbn: '9780441013593' },
          { ...book, isbn: '0-441-01359-7' },
        ],
      },
    ],
    ['user: Unknown field.', { user: [ada] }],
    ['url: Must be a URL, such as http://prebook.test.', { url: 'prebook' }],
    ['now: tomorrow is not a time.', { now: 'tomorrow' }],
  ])('createFakePrebook: %s', (problem, options) => {
    expect(() => createFakePrebook(options as FakeOptions)).toThrow(
      new TypeError(`createFakePrebook: ${problem}`),
    )
  })

  test('and every problem is named', () => {
    expect(() => createFakePrebook({ books: [{ title: '' }], users: [{ email: '' }] })).toThrow(
      `createFakePrebook: books[0].title: Must not be empty.\ncreateFakePrebook: users[0].email: ${malformed}`,
    )
  })

  test.each(['refuseMailTo', 'sessionToken', 'signIn'] as const)('%s', (name) => {
    expect(() => createFakePrebook()[name]('nope')).toThrow(new TypeError(`${name}: ${malformed}`))
  })
})

test('what is undefined has its default', async () => {
  const fake = createFakePrebook({
    users: [{ email: 'ada@example.org', isActive: undefined, role: undefined }],
  })
  expect(await fake.signIn('ada@example.org').auth.me.query()).toMatchObject({
    role: 'reader',
    isActive: true,
  })
})

test.each(['reader', 'staff', 'admin'] as const)('the %s has its role from the start', async (role) => {
  const email = `${role}@example.org`
  const [empty, seeded] = [createFakePrebook(), createFakePrebook({ users: [{ email }] })]
  expect(await empty.signIn(email).auth.me.query()).toMatchObject({ role })
  expect(await seeded[role].auth.me.query()).toMatchObject({ role, email })
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

describe('the clock', () => {
  test('is set and moves forward only', () => {
    const { clock } = createFakePrebook()
    clock.set('2026-02-01T00:00:00.000Z')
    clock.set(clock.now())
    clock.advance(0)
    clock.advance(1)
    for (const milliseconds of [NaN, Infinity, '1'])
      expect(() => clock.advance(milliseconds as number)).toThrow(
        new TypeError('clock.advance: Must be a number.'),
      )
    expect(() => clock.advance(-1)).toThrow(new TypeError('clock.advance: Must be at least 0.'))
    expect(() => clock.advance(1e300)).toThrow('is not a time')
    expect(() => clock.set('soon')).toThrow(new TypeError('clock.set: soon is not a time.'))
    expect(() => clock.set('2026-02-01')).toThrow(
      new TypeError('clock.set: Must not be before 2026-02-01T00:00:00.001Z, the present time.'),
    )
    expect(new Date(clock.now()).toISOString()).toBe('2026-02-01T00:00:00.001Z')
  })

  test('ends sessions that are not used for two weeks, and all after 90 days', async () => {
    const fake = createFakePrebook()
    const client = fake.createClient({ token: fake.sessionToken('ada@example.org') })
    const day = 24 * 3_600_000
    for (let days = 10; days < 90; days += 10) {
      fake.clock.advance(10 * day)
      expect(await client.auth.me.query()).toMatchObject({ email: 'ada@example.org' })
    }
    fake.clock.advance(10 * day)
    expect(await client.auth.me.query()).toBeNull()
    const other = fake.createClient({ token: fake.sessionToken('ada@example.org') })
    fake.clock.advance(14 * day)
    expect(isPrebookError(await caught(other.account.get.query()), 'AUTH_REQUIRED')).toBe(true)
  })

  test('ends links, tokens and the streams of what has ended', async () => {
    const fake = createFakePrebook({ users: [{ email: 'ada@example.org' }] })
    await fake.createClient().auth.requestPasswordReset.mutate({ email: 'ada@example.org' })
    const { token } = await fake.admin.tokens.create.mutate({
      name: 'x',
      scopes: ['stock:write'],
      expiresInDays: 1,
    })
    const ended = vi.fn<(error: unknown) => void>()
    fake.createClient({ token }).stock.changes.subscribe({}, { onError: ended })
    await vi.waitFor(() => expect(fake.openStreams).toBe(1), WAIT)
    fake.clock.advance(24 * 3_600_000)
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), WAIT)
    expect(explainError(ended.mock.calls[0]?.[0])).toMatchObject({ reason: 'AUTH_REQUIRED' })
    const late = { token: fake.mails[0]?.token ?? '', password: 'correct horse battery' }
    expect(await caught(fake.createClient().auth.resetPassword.mutate(late))).toMatchObject({
      data: { reason: 'AUTH_LINK_INVALID' },
    })
  })
})

describe('failures on purpose', () => {
  test('a refusal with all of its details', async () => {
    const fake = createFakePrebook({ books: [book] })
    fake.failNext({
      reason: 'RATE_LIMITED',
      retryAfterSeconds: 7,
      message: 'Slow down.',
      procedure: 'prebooks.create',
    })
    expect(await fake.reader.books.get.query({ bookId: 1 })).toMatchObject({ id: 1 })
    const client = fake.createClient({ token: fake.sessionToken('reader@example.org'), timeoutMs: 1_000 })
    expect(explainError(await caught(client.prebooks.create.mutate({ bookId: 1 })))).toMatchObject({
      reason: 'RATE_LIMITED',
      message: 'Slow down.',
      retryAfterSeconds: 7,
    })
    expect(await client.prebooks.list.query({})).toMatchObject({ items: [] })
  })

  test.each<[string, unknown]>([
    ['reason: There is no reason BUSY.', { reason: 'BUSY' }],
    ['procedure: There is no procedure books.lst.', { reason: 'STORE_BUSY', procedure: 'books.lst' }],
    ['times: Must be at least 1.', { reason: 'STORE_BUSY', times: 0 }],
    ['times: Must be a whole number.', { reason: 'STORE_BUSY', times: 1.5 }],
    ['time: Unknown field.', { reason: 'STORE_BUSY', time: 2 }],
  ])('that cannot be are refused: %s', (problem, failure) => {
    expect(() => createFakePrebook().failNext(failure as FakeFailure)).toThrow(
      new TypeError(`failNext: ${problem}`),
    )
  })

  test('what is undefined has its default', async () => {
    const fake = createFakePrebook()
    fake.failNext({ reason: 'INTERNAL_ERROR', procedure: undefined, times: undefined, message: undefined })
    await expect(fake.reader.auth.logout.mutate()).rejects.toThrow('Something went wrong on our side.')
    await expect(fake.reader.auth.logout.mutate()).resolves.toEqual({ ok: true })
  })

  test('the client tries a query again', async () => {
    const fake = createFakePrebook({ books: [book] })
    fake.failNext({ reason: 'STORE_BUSY' })
    fake.failNext({ reason: 'unreachable' })
    expect(await fake.reader.books.get.query({ bookId: 1 })).toMatchObject({ id: 1 })
  })

  test('a mutation whose answer is lost is carried out', async () => {
    const fake = createFakePrebook({ books: [book] })
    fake.failNext({ reason: 'answer-lost', procedure: 'prebooks.create' })
    expect(explainError(await caught(fake.reader.prebooks.create.mutate({ bookId: 1 })))).toMatchObject({
      kind: 'unreachable',
    })
    expect((await fake.reader.prebooks.list.query({})).items).toHaveLength(1)
  })
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

test('without a mail server, mail is held and links are refused', async () => {
  const fake = createFakePrebook({ books: [book], hasMail: false })
  await fake.reader.prebooks.create.mutate({ bookId: 1 })
  await fake.staff.stock.set.mutate({ bookId: 1, quantity: 1 })
  expect(fake.mails).toEqual([])
  expect((await fake.admin.deliveries.list.query({})).items).toMatchObject([
    { kind: 'restock', state: 'held' },
  ])
  expect(await fake.admin.deliveries.redrive.mutate({ state: 'held' })).toEqual({
    redriven: 1,
    nextCursor: null,
  })
  const client = fake.createClient()
  expect(await caught(client.auth.requestPasswordReset.mutate({ email: 'a@b.example' }))).toMatchObject({
    data: { reason: 'MAIL_NOT_CONFIGURED' },
  })
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
