import { describe, expect, test } from 'vitest'
import { createClient, explainError, memoryStorage } from '../index.ts'
import { book } from '../testing/book.ts'
import { caught } from '../testing/caught.ts'
import { createFakePrebook, type FakeOptions } from './index.ts'

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
