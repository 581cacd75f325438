import { bound } from '@prebook/testing/bounds'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openStore } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import { createShopForReal } from './shop-for-real.ts'
import { createShopInMemory } from './shop-in-memory.ts'
import type { Shop } from './shop.ts'

const READERS = 3
const HOUR = 3_600_000

/** MODEL_RUNS asks for more sequences; MODEL_SEED repeats those of a run that failed. */
const runs = Number(process.env['MODEL_RUNS'] ?? 40)
const seed = process.env['MODEL_SEED']

type Step = { says: string; take: (shop: Shop) => Promise<unknown>; passes: number }

const reader = fc.nat(READERS - 1)
// Few books and small numbers, so that steps meet; one number too many, so that unknown ids come up.
const book = fc.nat(3)
const prebook = fc.nat(12)
const quantity = fc.nat(3)
const passes = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.constantFrom(-HOUR, 24 * HOUR) },
)

function step(says: string, take: (shop: Shop) => Promise<unknown>): Omit<Step, 'passes'> {
  return { says, take }
}

const anyStep: fc.Arbitrary<Step> = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: quantity.map((n) => step(`add a book with ${n}`, (shop) => shop.addBook(n))) },
      {
        weight: 10,
        arbitrary: fc
          .tuple(reader, book)
          .map(([r, b]) => step(`reader ${r} pre-books ${b}`, (shop) => shop.prebook(r, b))),
      },
      {
        weight: 5,
        arbitrary: fc
          .tuple(reader, prebook)
          .map(([r, p]) => step(`reader ${r} cancels ${p}`, (shop) => shop.cancel(r, p))),
      },
      {
        weight: 5,
        arbitrary: fc
          .tuple(book, quantity, fc.option(quantity, { nil: undefined, freq: 3 }))
          .map(([b, n, expected]) =>
            step(`set ${b} to ${n}, expecting ${expected}`, (shop) => shop.setStock(b, n, expected)),
          ),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(book, fc.integer({ min: -3, max: 3 }))
          .map(([b, n]) => step(`adjust ${b} by ${n}`, (shop) => shop.adjustStock(b, n))),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(book, quantity)
          .map(([b, n]) => step(`preview ${b} to ${n}`, (shop) => shop.wouldNotify(b, n))),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(reader, fc.boolean())
          .map(([r, on]) =>
            step(`${on ? 'reactivate' : 'deactivate'} ${r}`, (shop) => shop.setActive(r, on)),
          ),
      },
    ),
    passes,
  )
  .map(([taken, after]) => ({ ...taken, passes: after }))

/**
 * Takes every step in both shops, on one clock that also jumps, and compares all that anybody could see. Behind the real one
 * two servers take turns, each on connections of its own, so that what one wrote the other must see.
 */
async function compare(engine: TestEngine, steps: Step[]): Promise<void> {
  let clock = Date.UTC(2026, 5, 1)
  await using server = await createTestServer(engine, () => clock)
  const admin = await server.admin()
  const readers = [await server.reader(), await server.reader(), await server.reader()]
  await using other = await joinTestServer(server.url, openStore, () => clock)
  const real = createShopForReal([
    { admin, readers },
    { admin: through(other, admin), readers: readers.map((person) => through(other, person)) },
  ])
  const model = createShopInMemory(READERS, () => clock)
  for (const { says, take, passes: milliseconds } of steps) {
    clock += milliseconds
    expect(await take(real), says).toEqual(await take(model))
    for (let r = 0; r < READERS; r += 1) {
      expect(await real.list(r), `what reader ${r} sees after: ${says}`).toEqual(await model.list(r))
    }
    expect(await real.demand(), `demand after: ${says}`).toEqual(await model.demand())
    expect(await real.stocks(), `stock after: ${says}`).toEqual(await model.stocks())
  }
}

/** The same person at another server. */
function through(server: TestServer, person: Person): Person {
  return { ...person, call: server.as(person.token) }
}

describe.each(engines)('on $name', (engine) => {
  test(
    'whatever sequence of steps is taken, the service and a model in memory agree after each',
    { timeout: bound(900_000) },
    async () => {
      const sequences = fc.array(anyStep, { minLength: 10, maxLength: 60, size: 'max' })
      await fc.assert(
        fc.asyncProperty(sequences, (steps) => compare(engine, steps)),
        {
          numRuns: runs,
          ...(seed !== undefined && { seed: Number(seed) }),
          // A failing sequence of sixty steps shrinks within a minute or so; then it is told as it is.
          interruptAfterTimeLimit: 120_000,
          markInterruptAsFailure: true,
          reporter: report,
        },
      )
    },
  )
})

function report(details: fc.RunDetails<[Step[]]>): void {
  if (!details.failed) return
  const steps = details.counterexample?.[0].map(({ says, passes: ms }) => `  ${says} (${ms} ms later)`) ?? []
  throw new Error(
    `The service and the model differ, MODEL_SEED=${details.seed}, after ${details.numShrinks} shrinks:\n${steps.join('\n')}`,
    { cause: details.errorInstance },
  )
}
