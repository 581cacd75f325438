import { WAIT_MS, bound } from '@prebook/testing/bounds'
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { checkDatabase, checkThroughApi, retryCutOffChanges } from './crash-checks.ts'
import { makeActors, startLoad, type Actors } from './crash-load.ts'
import { engines, type ProofDatabase, type ProofEngine } from './engines.ts'
import { Ledger } from './ledger.ts'
import { proofEnv } from './people.ts'
import { randomFrom } from './random.ts'

const BOUND_MS = bound(360_000)

/** How long to wait for a condition, sized for a busy machine. */
const patience = { timeout: WAIT_MS, interval: 5 }

/** Few books, so that readers and admins compete for the same ones. */
const ACTORS = { readers: 8, admins: 2, books: 4 }
/** The number of responses that make a load meaningful. */
const MIN_ANSWERS = 300
const KILLS = 3
const LONGEST_LOAD_MS = 300

for (const engine of engines) {
  describe.skipIf(!engine.available)(`two processes under load on ${engine.name}`, () => {
    test(
      'strand no reader, lose nothing, and keep the stock equal to the sum of its movements',
      { timeout: BOUND_MS },
      async () => {
        await using shop = await startTwoProcesses(engine)
        const { database, actors, ledger } = shop
        const processes = [await shop.start('one'), await shop.start('other')]
        const random = randomFrom(randomInt(2 ** 31))
        const loads = processes.map(({ url }) => startLoad(url, actors, ledger, random.fork()))
        await vi.waitUntil(() => answers(ledger) >= MIN_ANSWERS || ledger.unexpected.length > 0, patience)
        for (const load of loads) load.end()
        for (const load of loads) await load.ended

        expect(ledger.unexpected).toEqual([])
        expect(ledger.cutOff.requests).toBe(0)
        expect(await checkDatabase(database, ledger)).toEqual([])
        for (const { url } of processes) expect(await checkThroughApi(url, actors, ledger)).toEqual([])
        expectEverything(ledger)
      },
    )

    test(
      'keep everything acknowledged when one is killed, and the other keeps serving',
      { timeout: BOUND_MS },
      async () => {
        await using shop = await startTwoProcesses(engine)
        const { database, actors, ledger } = shop
        const random = randomFrom(randomInt(2 ** 31))
        const survivor = await shop.start('survivor')
        for (let round = 1; round <= KILLS; round += 1) {
          const name = `victim_${round}`
          const victim = await shop.start(name)
          const loads = [survivor, victim].map(({ url }) => startLoad(url, actors, ledger, random.fork()))
          for (const load of loads) await load.begun
          await pause(random.upTo(LONGEST_LOAD_MS))
          const [survivorLoad, victimLoad] = loads
          victimLoad?.end()
          await victim.stop('SIGKILL')
          await victimLoad?.ended

          // The locks of the dead process are released: all requests proceed, stock changes included.
          const before = { prebooks: ledger.prebooks.size, changes: ledger.changes.size }
          await vi.waitUntil(
            () =>
              ledger.unexpected.length > 0 ||
              (ledger.prebooks.size > before.prebooks + 20 && ledger.changes.size > before.changes + 20),
            patience,
          )
          survivorLoad?.end()
          await survivorLoad?.ended
          // Wait until the server has finished or dropped the last statements of the dead process.
          await vi.waitUntil(async () => (await database.connectionsOf(name)) === 0, patience)

          expect(ledger.unexpected).toEqual([])
          expect(await checkDatabase(database, ledger)).toEqual([])
          expect(await retryCutOffChanges(survivor.url, database, ledger)).toEqual([])
          expect(await checkThroughApi(survivor.url, actors, ledger)).toEqual([])
          expect(await checkDatabase(database, ledger)).toEqual([])
        }
        expectEverything(ledger)
      },
    )
  })
}

type Shop = AsyncDisposable & {
  database: ProofDatabase
  actors: Actors
  ledger: Ledger
  /** Starts a process that is stopped at disposal. */
  start(name: string): Promise<ApiProcess>
}

async function startTwoProcesses(engine: ProofEngine): Promise<Shop> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await engine.create())
  const start = (name: string) => spawnApi({ databaseUrl: database.addressFor(name), env: proofEnv })
  await using first = await start('first')
  const actors = await makeActors(first, ACTORS)
  const resources = stack.move()
  return {
    database,
    actors,
    ledger: new Ledger(),
    start: async (name) => resources.use(await start(name)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

function answers({ prebooks, changes }: Ledger): number {
  return prebooks.size + changes.size
}

function expectEverything(ledger: Ledger): void {
  for (const [what, count] of Object.entries(ledger.countAcknowledged()))
    expect(count, what).toBeGreaterThan(0)
}
