import { TEST_MS, bound } from '@prebook/testing/bounds'
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { checkDatabase, checkThroughApi, retryCutOffChanges } from './crash-checks.ts'
import { makeActors, startLoad, type Actors } from './crash-load.ts'
import { sqlite } from './engines.ts'
import { Ledger } from './ledger.ts'
import { proofEnv } from './people.ts'
import { randomFrom } from './random.ts'

/** How many times the process is killed. Increase it for a longer test. */
const ROUNDS = wholeNumber('CRASH_ROUNDS') ?? 25
/** The random seed. The same seed makes the same choices, but with different timing. */
const SEED = wholeNumber('CRASH_SEED') ?? randomInt(2 ** 31)
const LONGEST_LOAD_MS = 300
const ACTORS = { readers: 8, admins: 2, books: 12 }

test(
  `keeps everything acknowledged and nothing partial when killed ${ROUNDS} times under load`,
  { timeout: TEST_MS + ROUNDS * bound(20_000) },
  async () => {
    await using database = await sqlite.create()
    const { databaseUrl } = database
    const random = randomFrom(SEED)
    const ledger = new Ledger()
    const actors = await createActors(databaseUrl)

    for (let round = 0; ; round += 1) {
      await using api = await spawnApi({ databaseUrl, env: proofEnv })
      const hint = `after ${round} kills, CRASH_SEED=${SEED}`
      expect(await checkDatabase(database, ledger), hint).toEqual([])
      expect(await retryCutOffChanges(api.url, database, ledger), hint).toEqual([])
      expect(await checkThroughApi(api.url, actors, ledger), hint).toEqual([])
      expect(await checkDatabase(database, ledger), hint).toEqual([])

      if (round === ROUNDS) break
      const load = startLoad(api.url, actors, ledger, random)
      await load.begun
      await pause(random.upTo(LONGEST_LOAD_MS))
      load.end()
      await api.stop('SIGKILL')
      await load.ended
      expect(ledger.unexpected, hint).toEqual([])
    }

    // The load must have included every kind of change.
    const counts = ledger.countAcknowledged()
    const summary = {
      ...counts,
      'responses cut off': ledger.cutOff.requests,
      'of these carried out': ledger.cutOff.carriedOut,
    }
    process.stdout.write(`Killed ${ROUNDS} times (CRASH_SEED=${SEED}): ${JSON.stringify(summary)}\n`)
    for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(0)
  },
)

/** Creates the accounts and books once, before the first kill. */
async function createActors(databaseUrl: string): Promise<Actors> {
  await using api = await spawnApi({ databaseUrl, env: proofEnv })
  // Awaited here, because leaving the function stops the API.
  return await makeActors(api, ACTORS)
}

function wholeNumber(variable: string): number | undefined {
  const text = process.env[variable] ?? ''
  if (text === '') return undefined
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`${variable} must be a whole number; got ${JSON.stringify(text)}.`)
  return Number(text)
}
