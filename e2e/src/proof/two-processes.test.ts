import { bound } from '@prebook/testing/bounds'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, isPrebookError, type PrebookClient, type RouterOutputs } from '@prebook/client'
import { engines, type ProofDatabase } from './engines.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv, type Account } from './people.ts'
import { randomFrom } from './random.ts'

const BOUND_MS = bound(360_000)

const migrationsFolder = new URL('../../../packages/db/src/migrations/', import.meta.url)

type Prebook = RouterOutputs['prebooks']['create']

for (const engine of engines) {
  describe.skipIf(!engine.available)(`two processes on ${engine.name}`, () => {
    test.each([
      [2, 5],
      [5, 1],
    ])(
      '%i that start at once on an empty database all come up and serve the same',
      { timeout: BOUND_MS },
      async (count, rounds) => {
        for (let round = 1; round <= rounds; round += 1) {
          await using database = await engine.create()
          const { databaseUrl } = database
          await using stack = new AsyncDisposableStack()
          const starts = await Promise.allSettled(
            Array.from({ length: count }, () => spawnApi({ databaseUrl, env: proofEnv })),
          )
          const started = starts.flatMap((start) =>
            start.status === 'fulfilled' ? [stack.use(start.value)] : [],
          )
          expect(starts.filter(({ status }) => status === 'rejected')).toEqual([])

          for (const [index, here] of started.entries()) {
            const credentials = { email: `from-${index}@example.org`, password: 'a long password' }
            const { token, user } = await createClient({ url: here.url }).auth.register.mutate(credentials)
            for (const there of started) {
              expect(await createClient({ url: there.url, token }).auth.me.query()).toEqual(user)
            }
          }
          expect(await database.findImpossible()).toEqual([])
          const applied = await database.rows('select name from kysely_migration order by name')
          expect(applied.map(({ name }) => name)).toEqual(await migrationNames())
        }
      },
    )

    describe('that share a database', () => {
      let one: ApiProcess
      let other: ApiProcess
      let database: ProofDatabase
      let readers: Account[]
      let admins: Account[]
      let manager: PrebookClient
      const stack = new AsyncDisposableStack()

      beforeAll(async () => {
        database = stack.use(await engine.create())
        const { databaseUrl } = database
        one = stack.use(await spawnApi({ databaseUrl, env: proofEnv }))
        other = stack.use(await spawnApi({ databaseUrl, env: proofEnv }))
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
            const creates = clients.map((client) =>
              client.prebooks.create.mutate({ bookId }).finally(answered),
            )
            const [{ broadcast }, ...outcomes] = await Promise.all([
              setOut.then(() => manager.stock.set.mutate({ bookId, quantity: 3 })),
              ...creates.map((create) => settle(create)),
            ])
            const accepted = outcomes.flatMap(({ value: prebook }, index) =>
              prebook === undefined
                ? []
                : [{ reader: readers[index], prebook, toldAt: broadcast?.notifiedAt }],
            )
            taken.push(...accepted)
            refused.push(...outcomes.flatMap(({ reason }) => reason ?? []))
            expect(broadcast?.notified ?? 0).toBe(accepted.length)
          }

          expect(new Set(refused)).toEqual(new Set(['PREBOOK_BOOK_IN_STOCK']))
          expect(taken.length).toBeGreaterThan(100)
          process.stdout.write(
            `${engine.name}: 160 races of creates and a restock: ${taken.length} taken, ${refused.length} refused\n`,
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
          expect(await database.findImpossible()).toEqual([])
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
          const rows = await database.rows(
            `select user_id from prebooks join waitlists on waitlists.id = waitlist_id where book_id = ${bookId}`,
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
            `${engine.name}: 50 races of two restocks: ${firsts.here} won by one process, ${firsts.there} by the other\n`,
          )
          expect(await database.findImpossible()).toEqual([])
        },
      )
    })
  })
}

/** The migrations that there are: one file each. */
async function migrationNames(): Promise<string[]> {
  const files = await readdir(migrationsFolder)
  return files.flatMap((file) => /^(\d{4}-.*)\.ts$/.exec(file)?.[1] ?? []).toSorted()
}

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
