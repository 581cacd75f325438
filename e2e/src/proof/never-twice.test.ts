import { WAIT_MS } from '@prebook/testing/bounds'
import { createClient, explainError, type ClientOptions, type PrebookClient } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, startShop, type Person, type Shop } from '../testing/shop.ts'
import { allFaults, startFaultyProxy, type Fault } from './faulty-proxy.ts'
import { holdLock } from './foreign-lock.ts'

let shop: Shop
let reader: Person
beforeAll(async () => {
  // The server waits for a locked database for as long as it takes to refuse many requests in a test.
  shop = await startShop({ DATABASE_WAIT_MS: '300' })
  reader = await shop.signUp()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** How many rows a query counts in the database of the server. */
function count(query: string, value: string | number): number {
  const database = openDatabase(shop)
  try {
    return Number(Object.values(database.prepare(query).get(value) ?? {})[0])
  } finally {
    database.close()
  }
}

const movements = ({ bookId }: Target) =>
  count('select count(*) from stock_movements where book_id = ?', bookId)

type Target = { bookId: number; title: string }

type Mutation = {
  /** Whether it carries an idempotency key, so that it is safe to send it again. */
  hasKey: boolean
  send: (client: PrebookClient, target: Target) => Promise<unknown>
  /** How often the server has executed it. */
  executed: (target: Target) => number
}

const createBook: Mutation = {
  hasKey: false,
  send: (client, { title }) => client.books.create.mutate({ title, author: 'A. Author', priceCents: 100 }),
  executed: ({ title }) => count('select count(*) from books where title = ?', title),
}
const adjustStock: Mutation = {
  hasKey: true,
  send: (client, { bookId }) => client.stock.adjust.mutate({ bookId, delta: 3 }),
  executed: movements,
}
const mutations: Record<string, Mutation> = {
  'prebooks.create': {
    hasKey: false,
    send: (client, { bookId }) => client.prebooks.create.mutate({ bookId }),
    executed: ({ bookId }) =>
      count(
        'select count(*) from prebooks join waitlists on waitlists.id = waitlist_id where book_id = ?',
        bookId,
      ),
  },
  'books.create': createBook,
  'stock.adjust': adjustStock,
  'stock.set': {
    hasKey: true,
    send: (client, { bookId }) => client.stock.set.mutate({ bookId, quantity: 3 }),
    executed: movements,
  },
  'stock.batch': {
    hasKey: true,
    send: (client, { bookId }) => client.stock.batch.mutate({ lines: [{ bookId, delta: 3 }] }),
    executed: movements,
  },
}

let serial = 0
async function makeTarget(): Promise<Target> {
  const { id } = await shop.addBook(0)
  serial += 1
  return { bookId: id, title: `Written once ${serial}` }
}

/** Each mutation with something to change, and the token of somebody who may. */
async function makeCases() {
  return Promise.all(
    Object.entries(mutations).map(async ([name, mutation]) => {
      const { token } = name === 'prebooks.create' ? reader : shop.admin
      return { name, token, target: await makeTarget(), ...mutation }
    }),
  )
}

/** What the caller of a mutation learns. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => {
      const failure = explainError(error)
      return failure.kind === 'refused' ? failure.reason : failure.kind
    },
  )
}

const settings: [string, Pick<ClientOptions, 'retries'>][] = [
  ['by default', {}],
  ['without retries', { retries: 0 }],
  ['with a function that always retries', { retries: () => true }],
]

describe.each(settings)('a mutation %s', (_, setting) => {
  const retrying = setting.retries !== 0

  test.each(allFaults)('is not executed twice if %s', async (fault: Fault) => {
    const hangs = fault === 'the answer does not arrive'
    const timeoutMs = hangs ? 2_000 : WAIT_MS
    const cases = await makeCases()
    await Promise.all(
      cases.map(async ({ name, token, target, hasKey, send, executed }) => {
        await using proxy = await startFaultyProxy(shop.url, [null, fault, fault])
        const client = createClient({ url: proxy.url, token, timeoutMs, ...setting })
        // From then on, the client knows that the server is one of Prebook.
        await client.auth.me.query()
        const outcome = await outcomeOf(send(client, target))
        await proxy.settled()
        const repeated = hasKey && retrying && !hangs
        expect({ name, outcome, requests: proxy.requests() - 1 }).toEqual({
          name,
          outcome: repeated ? 'done' : hangs ? 'timeout' : 'unreachable',
          requests: repeated ? 3 : 1,
        })
        expect({ name, executed: executed(target) }).toEqual({
          name,
          executed: repeated || reachesServer(fault) ? 1 : 0,
        })
      }),
    )
  })

  test('is executed once if the database is busy and it is retried, and otherwise not at all', async () => {
    const cases = await makeCases()
    await using lock = await holdLock(shop.api.databaseUrl.slice('file:'.length))
    let releasing: Promise<void> | undefined
    const release = async () => (releasing ??= lock.release())
    const outcomes = await Promise.all(
      cases.map(async ({ name, token, target, send }) => {
        const onRetry = () => void release()
        const client = createClient({ url: shop.url, token, timeoutMs: WAIT_MS, onRetry, ...setting })
        return [name, await outcomeOf(send(client, target))]
      }),
    )
    await release()
    const results = cases.map(({ executed, target }, index) => [...(outcomes[index] ?? []), executed(target)])
    expect(results).toEqual(cases.map(({ name }) => [name, ...(retrying ? ['done', 1] : ['STORE_BUSY', 0])]))
  })
})

/** Whether the server executes a request with the fault. */
function reachesServer(fault: Fault): boolean {
  return !fault.includes('before the server') && !fault.includes('does not reach')
}

test('of the calls that share a request, only those with a key are sent again', async () => {
  const [first, second] = [await makeTarget(), await makeTarget()]
  await using proxy = await startFaultyProxy(shop.url, ['the connection breaks before the answer'])
  const client = createClient({ url: proxy.url, token: shop.admin.token, timeoutMs: WAIT_MS })
  const outcomes = await Promise.all([
    outcomeOf(createBook.send(client, first)),
    outcomeOf(adjustStock.send(client, second)),
  ])
  expect(outcomes).toEqual(['unreachable', 'done'])
  expect(proxy.requests()).toBe(2)
  expect([createBook.executed(first), adjustStock.executed(second)]).toEqual([1, 1])
})
