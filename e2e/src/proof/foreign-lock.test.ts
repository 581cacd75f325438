import { bound, TEST_MS } from '@prebook/testing/bounds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { isPrebookError, type PrebookClient } from '@prebook/client'
import { checkLiveness, MAX_LATENCY_MS, measureLatencies, reportLatencies } from './ask-again.ts'
import { findViolations } from './database-file.ts'
import { holdLock } from './foreign-lock.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv, type Account } from './people.ts'
import { temporaryFile } from './temporary-file.ts'

const BOUND_MS = TEST_MS

describe('while another process holds the write lock', () => {
  let api: ApiProcess
  let path: string
  let readers: Account[]
  let reader: PrebookClient
  let manager: PrebookClient
  const stack = new AsyncDisposableStack()

  beforeAll(async () => {
    const file = stack.use(await temporaryFile())
    path = file.path
    api = stack.use(await spawnApi({ databaseUrl: file.databaseUrl, env: proofEnv }))
    const [admin] = await makeAdmins(api, 1)
    readers = await makeReaders(api.url, 30)
    if (admin === undefined || readers[0] === undefined)
      throw new Error('The test needs an admin and readers.')
    manager = clientOf(api.url, admin)
    reader = clientOf(api.url, readers[0])
  })
  afterAll(() => stack.disposeAsync())

  test(
    'a write waits without blocking other requests, and succeeds when the lock is released',
    { timeout: BOUND_MS },
    async () => {
      const [bookId = 0] = await makeBooks(manager, 1)
      await using lock = await holdLock(path)
      const create = watch(reader.prebooks.create.mutate({ bookId }))

      const waits = await measureLatencies(() => checkLiveness(api.url), {
        until: (n, ms) => create.settled || (n >= 20 && ms >= 1_000),
      })

      reportLatencies('/livez answered while one write waited', waits)
      expect(create.settled).toBe(false)
      expect(waits.length).toBeGreaterThanOrEqual(20)
      expect(Math.max(...waits)).toBeLessThan(MAX_LATENCY_MS)
      await lock.release()
      expect(await create.promise).toMatchObject({ bookId, status: 'waiting' })
    },
  )

  test(
    'a write that waits too long returns STORE_BUSY with Retry-After, while reads succeed',
    { timeout: BOUND_MS },
    async () => {
      const [bookId = 0, another = 0] = await makeBooks(manager, 2)
      await using lock = await holdLock(path)
      const begun = performance.now()
      const rest = watch(post(`${api.url}/prebooks`, readers[1], { book_id: bookId }))
      const trpc = watch(post(`${api.url}/trpc/prebooks.create`, readers[1], { bookId }))
      const restock = watch(
        manager.stock.set.mutate({ bookId: another, quantity: 3 }).catch((error: unknown) => error),
      )

      const pending = () => !(rest.settled && trpc.settled && restock.settled)
      const waits = await measureLatencies(() => readLists(api.url, reader), { until: () => !pending() })
      const waited = performance.now() - begun

      reportLatencies(`reads answered until the writes were refused after ${Math.round(waited)} ms`, waits)
      expect(waits.length).toBeGreaterThanOrEqual(20)
      expect(Math.max(...waits)).toBeLessThan(MAX_LATENCY_MS)
      expect(waited).toBeGreaterThan(4_000)
      expect(waited).toBeLessThan(bound(30_000))
      const refusals = [await rest.promise, await trpc.promise]
      for (const { status, retryAfter } of refusals) {
        expect(status).toBe(503)
        expect(Number(retryAfter)).toBeGreaterThan(0)
      }
      expect(refusals[0]?.body).toMatchObject({ code: 'STORE_BUSY' })
      expect(refusals[1]?.body).toMatchObject({ error: { data: { reason: 'STORE_BUSY', httpStatus: 503 } } })
      expect(isPrebookError(await restock.promise, 'STORE_BUSY')).toBe(true)

      // Hold the lock for about ten seconds in all: reads still succeed.
      const later = await measureLatencies(() => readLists(api.url, reader), {
        until: (_, ms) => ms >= 5_000,
      })
      expect(Math.max(...later)).toBeLessThan(MAX_LATENCY_MS)
      await lock.release()

      expect(await reader.prebooks.create.mutate({ bookId })).toMatchObject({ bookId, status: 'waiting' })
      expect(await manager.stock.set.mutate({ bookId, quantity: 1 })).toMatchObject({
        broadcast: { notified: 1 },
      })
      expect(await manager.books.get.query({ bookId: another })).toMatchObject({ stockQuantity: 0 })
      expect(findViolations(path)).toEqual([])
    },
  )

  test('thirty concurrent writes succeed when the lock is released', { timeout: BOUND_MS }, async () => {
    const thirty = await createAllAtOnce({ holdMs: 1_000 })
    expect(thirty.answeredWhileHeld).toBe(0)
    expect(thirty.listed).toEqual(thirty.answers.map((answer) => [answer]))
  })

  test(
    'thirty concurrent writes are refused in time when the lock is not released',
    { timeout: BOUND_MS },
    async () => {
      const thirty = await createAllAtOnce({ holdMs: 15_000 })
      expect(thirty.answeredWhileHeld).toBe(30)
      expect(thirty.answers.filter((answer) => !isPrebookError(answer, 'STORE_BUSY'))).toEqual([])
      expect(thirty.listed.flat()).toEqual([])
    },
  )

  /** All readers pre-book one book while the lock is held: until all have a response, at most `holdMs`. */
  async function createAllAtOnce({ holdMs }: { holdMs: number }) {
    const [bookId = 0] = await makeBooks(manager, 1)
    await using lock = await holdLock(path)
    const begun = performance.now()
    const clients = readers.map((account) => clientOf(api.url, account))
    const creates = clients.map((client) =>
      watch(client.prebooks.create.mutate({ bookId }).catch((error: unknown) => error)),
    )
    const settled = () => creates.filter((create) => create.settled).length
    const waits = await measureLatencies(() => checkLiveness(api.url), {
      until: (_, ms) => settled() === creates.length || ms >= holdMs,
    })
    const answeredWhileHeld = settled()
    await lock.release()
    const answers = await Promise.all(creates.map((create) => create.promise))
    const took = performance.now() - begun
    const lists = await Promise.all(clients.map((client) => client.prebooks.list.query({})))
    const listed = lists.map(({ items }) => items.filter((prebook) => prebook.bookId === bookId))

    reportLatencies(`thirty writes answered after ${Math.round(took)} ms; /livez meanwhile`, waits)
    expect(took).toBeLessThan(bound(30_000))
    expect(waits.length).toBeGreaterThanOrEqual(20)
    expect(Math.max(...waits)).toBeLessThan(MAX_LATENCY_MS)
    expect(findViolations(path)).toEqual([])
    return { answers, answeredWhileHeld, listed }
  }
})

/** Sends a raw request, to see the status and headers that the typed client hides. */
async function post(url: string, account: Account | undefined, body: object) {
  const headers = { authorization: `Bearer ${account?.token}`, 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const retryAfter = response.headers.get('retry-after')
  const answer: unknown = await response.json()
  return { status: response.status, retryAfter, body: answer }
}

/** A promise and whether it has settled. */
function watch<T>(promise: Promise<T>): { promise: Promise<T>; settled: boolean } {
  const watched = { promise, settled: false }
  const settle = () => void (watched.settled = true)
  void promise.then(settle, settle)
  return watched
}

/** Reads both lists. The client throws on any status but 200. */
async function readLists(url: string, reader: PrebookClient): Promise<void> {
  const response = await fetch(`${url}/books`)
  expect(response.status).toBe(200)
  await response.text()
  await reader.prebooks.list.query({})
}
