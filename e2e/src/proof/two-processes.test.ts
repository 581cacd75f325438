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
      '%i started concurrently on an empty database all serve the same data',
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
          expect(await database.findViolations()).toEqual([])
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
        'never strand a reader who pre-books through one while the other restocks',
        { timeout: BOUND_MS },
        async () => {
          const random = randomFrom(1)
          const clients = readers.map((reader) => actor(one, reader))
          const refused: string[] = []
          /** The accepted pre-bookings with the notification time of their restock. */
          const accepted: {
            reader: Account | undefined
            prebook: Prebook
            notifiedAt: string | undefined
          }[] = []

          for (const bookId of await makeBooks(manager, 160)) {
            // The restock is sent after a random number of responses, so that every order occurs.
            let answersToWaitFor = random.below(readers.length + 1)
            const { promise: restockDue, resolve: startRestock } = Promise.withResolvers<void>()
            const answered = () => {
              answersToWaitFor -= 1
              if (answersToWaitFor <= 0) startRestock()
            }
            if (answersToWaitFor === 0) startRestock()
            const creates = clients.map((client) =>
              client.prebooks.create.mutate({ bookId }).finally(answered),
            )
            const [{ broadcast }, ...outcomes] = await Promise.all([
              restockDue.then(() => manager.stock.set.mutate({ bookId, quantity: 3 })),
              ...creates.map((create) => settle(create)),
            ])
            const created = outcomes.flatMap(({ value: prebook }, index) =>
              prebook === undefined
                ? []
                : [{ reader: readers[index], prebook, notifiedAt: broadcast?.notifiedAt }],
            )
            accepted.push(...created)
            refused.push(...outcomes.flatMap(({ reason }) => reason ?? []))
            expect(broadcast?.notified ?? 0).toBe(created.length)
          }

          expect(new Set(refused)).toEqual(new Set(['PREBOOK_BOOK_IN_STOCK']))
          expect(accepted.length).toBeGreaterThan(100)
          process.stdout.write(
            `${engine.name}: 160 races of creates and a restock: ${accepted.length} accepted, ${refused.length} refused\n`,
          )
          for (const client of clients) {
            expect((await client.prebooks.list.query({ status: 'waiting' })).items).toEqual([])
          }
          for (const [index, { reader, prebook, notifiedAt }] of accepted.entries()) {
            const shown = await actor(index % 2 === 0 ? one : other, reader).prebooks.get.query({
              prebookId: prebook.id,
            })
            expect(shown).toEqual({ ...prebook, status: 'notified', notifiedAt, queuePosition: null })
          }
          expect(await database.findViolations()).toEqual([])
        },
      )

      test(
        'create one prebook for two hundred concurrent requests of one reader',
        { timeout: BOUND_MS },
        async () => {
          const [bookId = 0] = await makeBooks(manager, 1)
          // A separate client for each request, so that they are not batched.
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
        'broadcast once when two admins restock concurrently, one through each',
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
          expect(await database.findViolations()).toEqual([])
        },
      )
    })
  })
}

/** The names of all migrations, one file each. */
async function migrationNames(): Promise<string[]> {
  const files = await readdir(migrationsFolder)
  return files.flatMap((file) => /^(\d{4}-.*)\.ts$/.exec(file)?.[1] ?? []).toSorted()
}

function actor({ url }: ApiProcess, account: Account | undefined): PrebookClient {
  if (account === undefined) throw new Error('The account does not exist.')
  return clientOf(url, account)
}

type Outcome<T> = { value?: T; reason?: string }

/** Returns the result of a call or the reason of its refusal. Rethrows any other error. */
async function settle<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call }
  } catch (error) {
    if (!isPrebookError(error)) throw error
    return { reason: error.data.reason }
  }
}
