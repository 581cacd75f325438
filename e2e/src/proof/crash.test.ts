import { TEST_MS, bound } from '@prebook/testing/bounds'
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { checkDatabase, checkThroughApi, sendAgain } from './crash-checks.ts'
import { makeCast, startLoad, type Cast } from './crash-load.ts'
import { sqlite } from './engines.ts'
import { Ledger } from './ledger.ts'
import { proofEnv } from './people.ts'
import { randomFrom } from './random.ts'

/** How many times the process is killed; more for a longer look. */
const ROUNDS = wholeNumber('CRASH_ROUNDS') ?? 50
/** What chance follows: the same seed makes the same choices, although not at quite the same moments. */
const SEED = wholeNumber('CRASH_SEED') ?? randomInt(2 ** 31)
const LONGEST_LOAD_MS = 300
const CAST = { readers: 8, admins: 2, books: 12 }

test(
  `killed ${ROUNDS} times under load, it has kept whatever it acknowledged and nothing by halves`,
  { timeout: TEST_MS + ROUNDS * bound(20_000) },
  async () => {
    await using database = await sqlite.create()
    const { databaseUrl } = database
    const random = randomFrom(SEED)
    const ledger = new Ledger()
    const cast = await createCast(databaseUrl)

    for (let round = 0; ; round += 1) {
      await using api = await spawnApi({ databaseUrl, env: proofEnv })
      const hint = `after ${round} kills, CRASH_SEED=${SEED}`
      expect(await checkDatabase(database, ledger), hint).toEqual([])
      expect(await sendAgain(api.url, database, ledger), hint).toEqual([])
      expect(await checkThroughApi(api.url, cast, ledger), hint).toEqual([])
      expect(await checkDatabase(database, ledger), hint).toEqual([])

      if (round === ROUNDS) break
      const load = startLoad(api.url, cast, ledger, random)
      await load.begun
      await pause(random.upTo(LONGEST_LOAD_MS))
      load.end()
      await api.stop('SIGKILL')
      await load.ended
      expect(ledger.unexpected, hint).toEqual([])
    }

    // The load was one: everything happened.
    const happened = ledger.happened()
    const told = {
      ...happened,
      'answers cut off': ledger.cutOff.requests,
      'of these carried out': ledger.cutOff.carriedOut,
    }
    process.stdout.write(`Killed ${ROUNDS} times (CRASH_SEED=${SEED}): ${JSON.stringify(told)}\n`)
    for (const [what, count] of Object.entries(happened)) expect(count, what).toBeGreaterThan(0)
  },
)

/** Accounts and books, made once: they are the same after every start. */
async function createCast(databaseUrl: string): Promise<Cast> {
  await using api = await spawnApi({ databaseUrl, env: proofEnv })
  // Awaited here: the API is stopped on the way out.
  return await makeCast(api, CAST)
}

function wholeNumber(variable: string): number | undefined {
  const text = process.env[variable] ?? ''
  if (text === '') return undefined
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`${variable} must be a whole number; it is ${JSON.stringify(text)}.`)
  return Number(text)
}
