import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProxy } from '../testing/faulty-proxy.ts'
import { createTestCli, type TestCli } from '../testing/test-cli.ts'

const ESCAPES = '\u001b[2J\u001b]0;pwned\u0007\u009b31m\u202e\r\n\u0000'
const text = `a${ESCAPES}b`
const time = '2026-03-01T09:30:00.000Z'
// The types of a response are not checked at run time.
const number = text as unknown as number

const book = {
  id: number,
  title: text,
  author: text,
  priceCents: number,
  isbn: text,
  description: text,
  stockQuantity: number,
  inStock: false,
  expectedOn: null,
  expectedPrecision: null,
  withdrawnAt: null,
  successorId: null,
  createdAt: time,
  updatedAt: time,
}
const broadcast = { waitlistId: 1, notifiedAt: time, notified: number }
const movement = {
  id: 1,
  bookId: 1,
  delta: number,
  quantityAfter: number,
  actorId: 1,
  note: text,
  createdAt: time,
  actorEmail: text,
  broadcast,
}
const user = {
  id: number,
  email: text,
  role: text,
  isActive: false,
  mailOptOut: false,
  createdAt: time,
  activeTokens: number,
}
const token = {
  id: 4,
  name: text,
  scopes: [text],
  status: text,
  createdBy: number,
  createdByEmail: text,
  createdAt: time,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  overlapEndsAt: null,
}
const demand = {
  bookId: number,
  bookTitle: text,
  bookAuthor: text,
  waiting: number,
  since: time,
  expectedOn: null,
}
const preview = { book, quantityAfter: number, transition: 'restocked', wouldNotify: number }
const list = (...items: unknown[]) => ({ items, nextCursor: null, showingResultsFor: null })

const answers: Record<string, unknown> = {
  'shop.get': { currency: 'EUR', timeZone: text },
  'books.get': book,
  'books.update': { ...book, title: `${text}!` },
  'books.list': list(book, book),
  'stock.preview': preview,
  'stock.set': { book, movement, transition: 'restocked', broadcast },
  'stock.adjust': { book, movement, transition: 'restocked', broadcast },
  'stock.batch': {
    outcomes: [
      {
        status: 'changed',
        bookId: number,
        isbn: null,
        title: text,
        delta: number,
        quantityAfter: number,
        transition: 'restocked',
        movementId: null,
        broadcast: null,
        wouldNotify: number,
      },
    ],
  },
  'stock.history': list(movement),
  'demand.top': { items: [{ ...demand, joinedLately: number }], totalWaiting: number },
  'demand.waitlist': { ...list({ prebookId: 1, userId: 1, email: text, createdAt: time }), demand },
  'users.list': list(user),
  'users.deactivate': user,
  'tokens.list': list(token),
  'tokens.create': { ...token, token: text },
  'tokens.rotate': { ...token, token: text },
  'tokens.revoke': { ok: true },
  'auth.me': user,
  'books.import': { outcomes: [{ outcome: 'invalid', issues: [{ path: text, message: text }] }] },
}

let proxy: Awaited<ReturnType<typeof startProxy>>
let cli: TestCli
beforeAll(async () => {
  proxy = await startProxy('http://127.0.0.1:1', {
    respond: (path) => ({
      status: 200,
      body: path.split(',').map((procedure) => ({ result: { data: answers[procedure] } })),
    }),
    respondToPage: (path) => ({
      status: 200,
      body: path === '/readyz' ? { status: text } : { info: { title: 'Prebook', version: text } },
    }),
  })
  cli = await createTestCli({ PREBOOK_URL: proxy.url, PREBOOK_TOKEN: 'token' })
  await cli.write('shipment.csv', 'id,quantity\n1,5\n')
})
afterAll(async () => {
  await cli[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
})

test.concurrent.each([
  [['books', 'list']],
  [['books', 'show', '1']],
  [['books', 'show', 'several']],
  [['books', 'edit', '1', '--title', 'x']],
  [['books', 'import', '-']],
  [['restock', '1', '--to', '5', '--yes']],
  [['restock', '--file', 'shipment.csv', '--shipment', 'S', '--yes']],
  [['stock', 'history', '1']],
  [['stock', 'import', 'shipment.csv', '--yes']],
  [['demand']],
  [['demand', 'show', '1']],
  [['users', 'list']],
  [['users', 'deactivate', '1']],
  [['tokens', 'list']],
  [['tokens', 'create', 'Till', '--scope', 'stock:write']],
  [['tokens', 'rotate', '4', '--overlap-hours', '1']],
  [['tokens', 'revoke', '4', '--yes']],
  [['tokens', 'revoke', '--account', '1', '--yes']],
  [['status']],
])('no server value controls the terminal: %j', async (args) => {
  const named = args.map((arg) => (arg.endsWith('.csv') ? cli.env['HOME'] + '/' + arg : arg))
  const input = 'title,author,isbn,price\nA,B,9780441013593,1\n'
  for (const more of args.length === 2 ? [[], ['--json']] : [[]]) {
    const { stdout, stderr } = await cli.prebook([...named, ...more], { input })
    const shown = (stdout + stderr).replaceAll('\n', '')
    expect(shown).toMatch(/a ?b|a\\u001b/)
    expect(shown).not.toMatch(/[\p{Cc}\u202e]/u)
  }
})
