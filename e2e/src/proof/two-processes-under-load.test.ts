import { WAIT_MS, bound } from '@prebook/testing/bounds'
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { checkDatabase, checkThroughApi, sendAgain } from './crash-checks.ts'
import { makeCast, startLoad, type Cast } from './crash-load.ts'
import { engines, type ProofDatabase, type ProofEngine } from './engines.ts'
import { Ledger } from './ledger.ts'
import { proofEnv } from './people.ts'
import { randomFrom } from './random.ts'

const BOUND_MS = bound(360_000)

/** How long a condition is waited for: as long as a busy machine may need. */
const patience = { timeout: WAIT_MS, interval: 5 }

/** Few books, so that readers and admins meet at the same ones. */
const CAST = { readers: 8, admins: 2, books: 4 }
/** So many answers show that a load is one. */
const ANSWERS = 300
const KILLS = 3
const LONGEST_LOAD_MS = 300

for (const engine of engines) {
  describe.skipIf(!engine.available)(`two processes under load on ${engine.name}`, () => {
    test(
      'leave nobody waiting for a book in stock, lose nothing, and their movements come to the stock',
      { timeout: BOUND_MS },
      async () => {
        await using shop = await startTwoProcesses(engine)
        const { database, cast, ledger } = shop
        const processes = [await shop.start('one'), await shop.start('other')]
        const random = randomFrom(randomInt(2 ** 31))
        const loads = processes.map(({ url }) => startLoad(url, cast, ledger, random.fork()))
        await vi.waitUntil(() => answers(ledger) >= ANSWERS || ledger.unexpected.length > 0, patience)
        for (const load of loads) load.end()
        for (const load of loads) await load.ended

        expect(ledger.unexpected).toEqual([])
        expect(ledger.cutOff.requests).toBe(0)
        expect(await checkDatabase(database, ledger)).toEqual([])
        for (const { url } of processes) expect(await checkThroughApi(url, cast, ledger)).toEqual([])
        expectEverything(ledger)
      },
    )

    test(
      'keep what either acknowledged when one is killed, and the other serves on at once',
      { timeout: BOUND_MS },
      async () => {
        await using shop = await startTwoProcesses(engine)
        const { database, cast, ledger } = shop
        const random = randomFrom(randomInt(2 ** 31))
        const survivor = await shop.start('survivor')
        for (let round = 1; round <= KILLS; round += 1) {
          const name = `victim_${round}`
          const victim = await shop.start(name)
          const loads = [survivor, victim].map(({ url }) => startLoad(url, cast, ledger, random.fork()))
          for (const load of loads) await load.begun
          await pause(random.upTo(LONGEST_LOAD_MS))
          const [lasting, doomed] = loads
          doomed?.end()
          await victim.stop('SIGKILL')
          await doomed?.ended

          // Whatever the dead one held is let go: everything goes on, changes of stock included.
          const before = { prebooks: ledger.prebooks.size, changes: ledger.changes.size }
          await vi.waitUntil(
            () =>
              ledger.unexpected.length > 0 ||
              (ledger.prebooks.size > before.prebooks + 20 && ledger.changes.size > before.changes + 20),
            patience,
          )
          lasting?.end()
          await lasting?.ended
          // What the dead one had sent to a server is carried out or not, but not later than now.
          await vi.waitUntil(async () => (await database.connectionsOf(name)) === 0, patience)

          expect(ledger.unexpected).toEqual([])
          expect(await checkDatabase(database, ledger)).toEqual([])
          expect(await sendAgain(survivor.url, database, ledger)).toEqual([])
          expect(await checkThroughApi(survivor.url, cast, ledger)).toEqual([])
          expect(await checkDatabase(database, ledger)).toEqual([])
        }
        expectEverything(ledger)
      },
    )
  })
}

type Shop = AsyncDisposable & {
  database: ProofDatabase
  cast: Cast
  ledger: Ledger
  /** Starts a process; it is stopped at the end. */
  start(name: string): Promise<ApiProcess>
}

async function startTwoProcesses(engine: ProofEngine): Promise<Shop> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await engine.create())
  const start = (name: string) => spawnApi({ databaseUrl: database.addressFor(name), env: proofEnv })
  await using first = await start('first')
  const cast = await makeCast(first, CAST)
  const held = stack.move()
  return {
    database,
    cast,
    ledger: new Ledger(),
    start: async (name) => held.use(await start(name)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

function answers({ prebooks, changes }: Ledger): number {
  return prebooks.size + changes.size
}

function expectEverything(ledger: Ledger): void {
  for (const [what, count] of Object.entries(ledger.happened())) expect(count, what).toBeGreaterThan(0)
}
