import { bound, WAIT } from '@prebook/testing/bounds'
import { explainError, type PrebookClient, type Reason } from '@prebook/client'
import { expect, test, vi } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { makeFolder } from '../testing/processes.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv } from '../proof/people.ts'
import { freePort } from '../testing/free-port.ts'
import { METRICS_TOKEN, readGauge } from '../testing/gauges.ts'
import { watchPrebooks } from '../testing/watcher.ts'

const PEOPLE = 100
const STREAMS_EACH = 10
const BOOKS = 6
const OPEN = 'prebook_streams_open{subject="prebooks"}'

test('1,000 streams have the right states after server restarts, each with its own prebooks only', async () => {
  await using folder = await makeFolder()
  const env = { ...proofEnv, METRICS_TOKEN, LOG_LEVEL: 'error', PORT: String(await freePort()) }
  let api = await spawnApi({ databaseUrl: folder.databaseUrl, env })
  await using disposables = new AsyncDisposableStack()
  disposables.defer(() => api[Symbol.asyncDispose]())
  const { url } = api
  const [adminAccount] = await makeAdmins(api, 1)
  if (adminAccount === undefined) throw new Error('There is no admin.')
  const admin = clientOf(url, adminAccount)
  const people = await makeReaders(url, PEOPLE)
  const clients = people.map((person) => clientOf(url, person))
  const books = await makeBooks(admin, BOOKS)
  const heapBefore = await readGauge(url, 'nodejs_heap_size_used_bytes')

  const watchers = clients.map((client) => Array.from({ length: STREAMS_EACH }, () => watchPrebooks(client)))
  for (const each of watchers.flat()) disposables.use(each)
  await vi.waitFor(() => expect(watchers.flat().filter(({ connected }) => !connected)).toEqual([]), WAIT)
  expect(await readGauge(url, OPEN)).toBe(1_000)

  // Between the restarts, prebooks are created and cancelled and a book is restocked. No stream sees every event.
  let gracefulStopMs = Infinity
  for (let round = 0; round < 3; round += 1) {
    const [first, second] = [books[2 * round] as number, books[2 * round + 1] as number]
    for (const bookId of [first, second]) {
      const create = (client: PrebookClient) => () => client.prebooks.create.mutate({ bookId })
      await Promise.all(clients.map((client) => untilAnswered(create(client), 'PREBOOK_DUPLICATE')))
    }
    const restock = () =>
      admin.stock.set.mutate({ bookId: first, quantity: 1, idempotencyKey: `round-${round}` })
    // It may arrive too late for the stopping process. The idempotency key ensures that it is carried out once.
    const restocked = restock().catch(() => null)
    if (round === 1) await restocked
    const stopping = performance.now()
    await Promise.all([restocked, round === 2 ? null : api.stop(round === 0 ? 'SIGTERM' : 'SIGKILL')])
    if (round === 0) gracefulStopMs = performance.now() - stopping
    if (round < 2) api = await spawnApi({ databaseUrl: folder.databaseUrl, env })
    await untilAnswered(restock)
    const cancelling = clients.filter((_, index) => index % 3 === round)
    await Promise.all(cancelling.map((client) => cancel(client, second)))
  }

  // Below the eight seconds that a stop waits for requests in progress.
  expect(gracefulStopMs).toBeLessThan(bound(15_000))

  const expectedStates = await Promise.all(
    clients.map(async (client) => {
      const { items } = await client.prebooks.list.query({ limit: 100 })
      return Object.fromEntries(items.map(({ id, status }) => [id, status]))
    }),
  )
  expect(expectedStates.every((prebooks) => Object.keys(prebooks).length === BOOKS)).toBe(true)
  const received = () => watchers.map((theirs) => theirs.map(({ states }) => Object.fromEntries(states)))
  const expected = expectedStates.map((prebooks) => Array.from({ length: STREAMS_EACH }, () => prebooks))
  await vi.waitFor(() => expect(received()).toEqual(expected), WAIT)
  expect(watchers.flat().map(({ error }) => error)).toEqual(Array.from({ length: 1_000 }, () => null))
  expect(Math.min(...watchers.flat().map(({ connections }) => connections))).toBeGreaterThan(1)

  for (const each of watchers.flat()) each.leave()
  await vi.waitFor(async () => expect(await readGauge(url, OPEN)).toBe(0), WAIT)
  expect(
    await readGauge(url, 'prebook_streams_ended_total{procedure="prebooks.watch",how="cut-off"}'),
  ).toBeNull()
  // Garbage collection needs activity; reading the gauge is activity.
  await vi.waitFor(async () => {
    const heap = await readGauge(url, 'nodejs_heap_size_used_bytes')
    expect(heap ?? Infinity).toBeLessThan((heapBefore ?? 0) + 40_000_000)
  }, WAIT)
})

async function cancel(client: PrebookClient, bookId: number): Promise<void> {
  const { items } = await client.prebooks.list.query({ limit: 100 })
  const prebookId = items.find((prebook) => prebook.bookId === bookId)?.id ?? 0
  await untilAnswered(() => client.prebooks.cancel.mutate({ prebookId }), 'PREBOOK_ALREADY_CANCELLED')
}

/**
 * Repeats a call that got no answer: a server may close an idle connection at the moment of a request.
 *
 * @param done the refusal of a repetition when the first call was carried out
 */
async function untilAnswered(call: () => Promise<unknown>, done?: Reason): Promise<void> {
  for (;;) {
    try {
      return void (await call())
    } catch (error) {
      const failure = explainError(error)
      if (failure.kind === 'refused' && failure.reason === done) return
      if (failure.kind !== 'unreachable') throw error
    }
  }
}
