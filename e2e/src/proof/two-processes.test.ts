import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApi, type ApiProcess } from '@prebook/api-process'
import { createClient, isPrebookError, type PrebookClient, type RouterOutputs } from '@prebook/client'
import { findImpossible, lookInto } from './database-file.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv, type Account } from './people.ts'
import { randomFrom } from './random.ts'
import { temporaryFile } from './temporary-file.ts'

const BOUND_MS = 180_000

type Prebook = RouterOutputs['prebooks']['create']

test(
  'two processes that start at once on an empty file both come up and serve the same',
  { timeout: BOUND_MS },
  async () => {
    for (let round = 1; round <= 10; round += 1) {
      await using file = await temporaryFile()
      const { databaseUrl } = file
      await using stack = new AsyncDisposableStack()
      const starts = await Promise.allSettled([1, 2].map(() => startApi({ databaseUrl, env: proofEnv })))
      for (const start of starts) if (start.status === 'fulfilled') stack.use(start.value)
      expect(starts.filter(({ status }) => status === 'rejected')).toEqual([])

      const [one, other] = starts.map((start) => (start.status === 'fulfilled' ? start.value.url : ''))
      for (const [here, there] of [
        [one, other],
        [other, one],
      ]) {
        const credentials = {
          email: `from-${here === one ? 'one' : 'other'}@example.org`,
          password: 'a long password',
        }
        const { token, user } = await createClient({ url: String(here) }).auth.register.mutate(credentials)
        expect(await createClient({ url: String(there), token }).auth.me.query()).toEqual(user)
      }
      expect(findImpossible(file.path)).toEqual([])
      expect(lookInto(file.path, (rows) => rows('select name from kysely_migration'))).toHaveLength(1)
    }
  },
)

describe('two processes on one file', () => {
  let one: ApiProcess
  let other: ApiProcess
  let path: string
  let readers: Account[]
  let admins: Account[]
  let manager: PrebookClient
  const stack = new AsyncDisposableStack()

  beforeAll(async () => {
    const file = stack.use(await temporaryFile())
    path = file.path
    one = stack.use(await startApi({ databaseUrl: file.databaseUrl, env: proofEnv }))
    other = stack.use(await startApi({ databaseUrl: file.databaseUrl, env: proofEnv }))
    admins = await makeAdmins(one, 2)
    readers = await makeReaders(one.url, 6)
    manager = actor(other, admins[0])
  })
  afterAll(() => stack.disposeAsync())

  test(
    'nobody who pre-books through one while the other restocks is left waiting',
    { timeout: BOUND_MS },
    async () => {
      const random = randomFrom(1)
      const clients = readers.map((reader) => actor(one, reader))
      const refused: string[] = []
      /** The pre-bookings that were taken, each with the time at which its restock told everybody. */
      const taken: { reader: Account | undefined; prebook: Prebook; toldAt: string | undefined }[] = []

      for (const bookId of await makeBooks(manager, 160)) {
        // The restock sets out when so many readers have their answer, so that every order occurs.
        let answersToWaitFor = random.below(readers.length + 1)
        const { promise: setOut, resolve: go } = Promise.withResolvers<void>()
        const answered = () => {
          answersToWaitFor -= 1
          if (answersToWaitFor <= 0) go()
        }
        if (answersToWaitFor === 0) go()
        const creates = clients.map((client) => client.prebooks.create.mutate({ bookId }).finally(answered))
        const [{ broadcast }, ...outcomes] = await Promise.all([
          setOut.then(() => manager.stock.set.mutate({ bookId, quantity: 3 })),
          ...creates.map((create) => settle(create)),
        ])
        const accepted = outcomes.flatMap(({ value: prebook }, index) =>
          prebook === undefined ? [] : [{ reader: readers[index], prebook, toldAt: broadcast?.notifiedAt }],
        )
        taken.push(...accepted)
        refused.push(...outcomes.flatMap(({ reason }) => reason ?? []))
        expect(broadcast?.notified ?? 0).toBe(accepted.length)
      }

      expect(new Set(refused)).toEqual(new Set(['PREBOOK_BOOK_IN_STOCK']))
      expect(taken.length).toBeGreaterThan(100)
      process.stdout.write(
        `160 races of creates and a restock: ${taken.length} taken, ${refused.length} refused\n`,
      )
      for (const client of clients) {
        expect((await client.prebooks.list.query({ status: 'waiting' })).items).toEqual([])
      }
      for (const [index, { reader, prebook, toldAt }] of taken.entries()) {
        const shown = await actor(index % 2 === 0 ? one : other, reader).prebooks.get.query({
          prebookId: prebook.id,
        })
        expect(shown).toEqual({ ...prebook, status: 'notified', notifiedAt: toldAt, queuePosition: null })
      }
      expect(findImpossible(path)).toEqual([])
    },
  )

  test(
    'two hundred pre-bookings of one person for one book, over both, make one',
    { timeout: BOUND_MS },
    async () => {
      const [bookId = 0] = await makeBooks(manager, 1)
      // A client of its own for each, so that each travels alone.
      const tries = Array.from({ length: 200 }, (_, index) =>
        settle(actor(index % 2 === 0 ? one : other, readers[0]).prebooks.create.mutate({ bookId })),
      )
      const outcomes = await Promise.all(tries)

      const refused = outcomes.flatMap(({ reason }) => reason ?? [])
      expect(refused.filter((reason) => reason !== 'PREBOOK_DUPLICATE')).toEqual([])
      expect(refused).toHaveLength(199)
      const rows = lookInto(path, (query) =>
        query(
          `select user_id from prebooks join waitlists on waitlists.id = waitlist_id where book_id = ${bookId}`,
        ),
      )
      expect(rows).toEqual([{ user_id: readers[0]?.id }])
    },
  )

  test(
    'of two admins who restock at once, one through each, one broadcasts',
    { timeout: BOUND_MS },
    async () => {
      const [here, there] = [actor(one, admins[0]), actor(other, admins[1])]
      const client = actor(one, readers[0])
      const firsts = { here: 0, there: 0 }
      for (const bookId of await makeBooks(manager, 50)) {
        const prebook = await client.prebooks.create.mutate({ bookId })
        const changes = await Promise.all([
          here.stock.set.mutate({ bookId, quantity: 5 }),
          there.stock.set.mutate({ bookId, quantity: 7 }),
        ])

        const [broadcast, ...more] = changes.flatMap((change) => change.broadcast ?? [])
        expect([broadcast?.notified, more]).toEqual([1, []])
        expect(changes.map(({ transition }) => transition).toSorted()).toEqual(['changed', 'restocked'])
        const { notifiedAt } = await client.prebooks.get.query({ prebookId: prebook.id })
        expect(notifiedAt).toBe(broadcast?.notifiedAt)
        firsts[changes[0]?.broadcast === null ? 'there' : 'here'] += 1
      }
      process.stdout.write(
        `50 races of two restocks: ${firsts.here} won by one process, ${firsts.there} by the other\n`,
      )
      expect(findImpossible(path)).toEqual([])
    },
  )
})

function actor({ url }: ApiProcess, account: Account | undefined): PrebookClient {
  if (account === undefined) throw new Error('Nobody is there.')
  return clientOf(url, account)
}

type Outcome<T> = { value?: T; reason?: string }

/** What came of a call: its answer, or the reason of its refusal. Anything else is thrown. */
async function settle<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call }
  } catch (error) {
    if (!isPrebookError(error)) throw error
    return { reason: error.data.reason }
  }
}
