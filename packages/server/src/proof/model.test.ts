import { bound } from '@prebook/testing/bounds'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openStore } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import { createRealShop } from './shop-for-real.ts'
import { createShopInMemory } from './shop-in-memory.ts'
import type { Shop } from './shop.ts'

const READERS = 3
const HOUR = 3_600_000

/** MODEL_RUNS sets the number of sequences; MODEL_SEED repeats the sequences of a failed run. */
const runs = Number(process.env['MODEL_RUNS'] ?? 20)
const seed = process.env['MODEL_SEED']

type Step = { name: string; take: (shop: Shop) => Promise<unknown>; elapsedMs: number }

const reader = fc.nat(READERS - 1)
// Few books and small numbers, so that steps interact. The highest number is often an unknown id.
const book = fc.nat(3)
const prebook = fc.nat(12)
const quantity = fc.nat(3)
const elapsedMs = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.constantFrom(-HOUR, 24 * HOUR) },
)

function step(name: string, take: (shop: Shop) => Promise<unknown>): Omit<Step, 'elapsedMs'> {
  return { name, take }
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
        weight: 4,
        arbitrary: fc
          .tuple(book, fc.option(fc.option(book, { nil: null }), { nil: undefined }))
          .map(([b, successor]) =>
            step(`withdraw ${b} for ${successor}`, (shop) => shop.withdraw(b, successor)),
          ),
      },
      {
        weight: 2,
        arbitrary: book.map((b) => step(`reinstate ${b}`, (shop) => shop.reinstate(b))),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(book, fc.option(book, { nil: undefined }))
          .map(([b, successor]) =>
            step(`preview withdrawing ${b} for ${successor}`, (shop) => shop.wouldCancel(b, successor)),
          ),
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
    elapsedMs,
  )
  .map(([taken, after]) => ({ ...taken, elapsedMs: after }))

/**
 * Takes every step in both shops, on one clock that also jumps, and compares everything visible. The real shop alternates
 * between two servers with separate connections, so each must see what the other wrote.
 */
async function compare(engine: TestEngine, steps: Step[]): Promise<void> {
  let clock = Date.UTC(2026, 5, 1)
  await using server = await createTestServer(engine, () => clock)
  const admin = await server.admin()
  const readers = [await server.reader(), await server.reader(), await server.reader()]
  await using other = await joinTestServer(server.url, openStore, () => clock)
  const real = createRealShop([
    { admin, readers },
    { admin: through(other, admin), readers: readers.map((person) => through(other, person)) },
  ])
  const model = createShopInMemory(READERS, () => clock)
  for (const { name, take, elapsedMs: ms } of steps) {
    clock += ms
    expect(await take(real), name).toEqual(await take(model))
    for (let r = 0; r < READERS; r += 1) {
      expect(await real.list(r), `prebooks of reader ${r} after: ${name}`).toEqual(await model.list(r))
    }
    expect(await real.demand(), `demand after: ${name}`).toEqual(await model.demand())
    expect(await real.stocks(), `stock after: ${name}`).toEqual(await model.stocks())
  }
}

/** The same person at another server. */
function through(server: TestServer, person: Person): Person {
  return { ...person, call: server.as(person.token) }
}

describe.each(engines)('on $name', (engine) => {
  test(
    'the service and an in-memory model agree after each step of any sequence',
    { timeout: bound(900_000) },
    async () => {
      const sequences = fc.array(anyStep, { minLength: 10, maxLength: 60, size: 'max' })
      await fc.assert(
        fc.asyncProperty(sequences, (steps) => compare(engine, steps)),
        {
          numRuns: runs,
          ...(seed !== undefined && { seed: Number(seed) }),
          // A failing sequence of sixty steps shrinks within about a minute. After that it is reported as it is.
          interruptAfterTimeLimit: bound(600_000),
          markInterruptAsFailure: true,
          reporter: report,
        },
      )
    },
  )
})

function report(details: fc.RunDetails<[Step[]]>): void {
  if (!details.failed) return
  if (details.counterexample === null) throw new Error(`Out of time after ${details.numRuns} sequences.`)
  const steps =
    details.counterexample?.[0].map(({ name, elapsedMs: ms }) => `  ${name} (${ms} ms later)`) ?? []
  throw new Error(
    `The service and the model differ, MODEL_SEED=${details.seed}, after ${details.numShrinks} shrinks:\n${steps.join('\n')}`,
    { cause: details.errorInstance },
  )
}
