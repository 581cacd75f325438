import { bound } from '@prebook/testing/bounds'
import { copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { isPrebookError } from '@prebook/client'
import { findViolations } from './database-file.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv, type Account } from './people.ts'
import { traceApi, findTracingObstacle } from './strace.ts'
import { temporaryFile } from './temporary-file.ts'

/** The system calls with which SQLite changes its files. */
const CHANGES = 'trace=pwrite64,ftruncate,fsync,fdatasync'

/** A database with two books, a reader who waits for the first, and a former reader who has cancelled. */
type Shop = {
  path: string
  admin: Account
  waiting: Account
  former: Account
  bookId: number
  another: number
}

/** An operation in one transaction. `wasApplied` checks after a crash whether it took effect. */
type Operation = {
  name: string
  run(shop: Shop, url: string): Promise<void>
  wasApplied(shop: Shop, url: string): Promise<boolean>
}

const restock: Operation = {
  name: 'a restock',
  async run({ admin, bookId }, url) {
    await clientOf(url, admin).stock.set.mutate({ bookId, quantity: 5, idempotencyKey: 'restock' })
  },
  async wasApplied(shop, url) {
    const { bookId } = shop
    const [admin, waiting] = [clientOf(url, shop.admin), clientOf(url, shop.waiting)]
    const before = (await admin.stock.history.query({ bookId })).items
    const { stockQuantity } = await admin.books.get.query({ bookId })
    const [prebook] = (await waiting.prebooks.list.query({})).items
    const seen = [before.length, before[0]?.broadcast?.notified, stockQuantity, prebook?.status]
    expect([
      [0, undefined, 0, 'waiting'],
      [1, 1, 5, 'notified'],
    ]).toContainEqual(seen)

    const again = await admin.stock.set.mutate({ bookId, quantity: 5, idempotencyKey: 'restock' })
    const [movement, ...more] = (await admin.stock.history.query({ bookId })).items
    expect([movement?.id, movement?.broadcast, more]).toEqual([again.movement?.id, again.broadcast, []])
    expect(again).toMatchObject({ transition: 'restocked', broadcast: { notified: 1 } })
    return before.length > 0
  },
}

const withdrawal: Operation = {
  name: 'a withdrawal',
  async run({ admin, bookId, another }, url) {
    await clientOf(url, admin).books.withdraw.mutate({ bookId, successorId: another })
  },
  async wasApplied(shop, url) {
    const { bookId, another } = shop
    const [admin, waiting] = [clientOf(url, shop.admin), clientOf(url, shop.waiting)]
    const book = await admin.books.get.query({ bookId })
    const [prebook] = (await waiting.prebooks.list.query({})).items
    const entries = (await admin.audit.list.query({ action: 'books.withdraw' })).items
    const seen = [
      book.withdrawnAt !== null,
      book.successorId,
      prebook?.status,
      prebook?.cancelledBy,
      entries.length,
    ]
    expect([
      [false, null, 'waiting', null, 0],
      [true, another, 'cancelled', 'shop', 1],
    ]).toContainEqual(seen)

    const again = await admin.books.withdraw.mutate({ bookId, successorId: another })
    const wasApplied = entries.length > 0
    expect(again.waitlistClosed?.cancelled).toBe(wasApplied ? undefined : 1)
    const [cancelled] = (await waiting.prebooks.list.query({})).items
    expect(cancelled).toMatchObject({ cancelledBy: 'shop', cancelledAt: again.book.withdrawnAt })
    expect((await admin.audit.list.query({ action: 'books.withdraw' })).items).toHaveLength(1)
    return wasApplied
  },
}

const firstPrebook: Operation = {
  name: 'the prebook that opens a waitlist',
  async run({ former, bookId }, url) {
    await clientOf(url, former).prebooks.create.mutate({ bookId })
  },
  async wasApplied({ former, bookId }, url) {
    const client = clientOf(url, former)
    const before = (await client.prebooks.list.query({ status: 'waiting' })).items
    const again = await client.prebooks.create.mutate({ bookId }).catch((error: unknown) => error)
    expect(isPrebookError(again, 'PREBOOK_DUPLICATE')).toBe(before.length > 0)
    expect((await client.prebooks.list.query({ status: 'waiting' })).items).toHaveLength(1)
    return before.length > 0
  },
}

const obstacle = findTracingObstacle()

const proofs: [title: string, prove: () => Promise<boolean[]>][] =
  obstacle === null
    ? [
        [
          'a restock killed at any single write or flush is applied in full or not at all',
          () => killAtEachPoint(restock),
        ],
        [
          'a withdrawal killed at any single write or flush is applied in full or not at all',
          () => killAtEachPoint(withdrawal),
        ],
        [
          'a first prebook killed at any single write or flush is applied in full or not at all',
          () => killAtEachPoint(firstPrebook),
        ],
      ]
    : [[`NOT PROVED HERE that a crash at any single write does no harm (${obstacle})`, reportSkipped]]

test.each(proofs)('%s', { timeout: bound(600_000) }, async (_, prove) => {
  const applied = await prove()
  // Once a kill point finds the operation applied, all later points do too.
  expect(applied).toEqual(applied.toSorted((one, other) => Number(one) - Number(other)))
})

/** Kills an operation at each point, each in its own database, and returns whether it was applied. */
async function killAtEachPoint(operation: Operation): Promise<boolean[]> {
  await using base = await temporaryFile()
  const shop = await createShop(base.path, operation)
  const points = await findPoints(shop, operation)
  const outcomes: boolean[] = []
  // Two at a time, because most of the time is spent waiting for processes to start.
  for (let at = 0; at < points.length; at += 2) {
    // Both finish and clean up before either can fail the test.
    const pair = await Promise.allSettled(
      points.slice(at, at + 2).map((point) => killAt(shop, operation, point)),
    )
    for (const outcome of pair) {
      if (outcome.status === 'rejected') throw outcome.reason
      outcomes.push(outcome.value)
    }
  }
  const applied = outcomes.filter(Boolean).length
  process.stdout.write(
    `${operation.name} killed at ${points.length} points: ${points.length - applied} not applied, ${applied} applied\n`,
  )
  expect(applied).toBeGreaterThan(0)
  expect(points.length - applied).toBeGreaterThan(10)
  return outcomes
}

/** A kill point: the nth system call of this name that changes the files. */
type Point = { call: string; nth: number }

/** Traces the operation once without interruption and returns all its kill points. */
async function findPoints(shop: Shop, operation: Operation): Promise<Point[]> {
  await using file = await copyOf(shop)
  await using api = await traceApi(traceOptions(file.path), file.databaseUrl)
  await operation.run(shop, api.url)
  const counts = new Map<string, number>()
  return (await readFile(logOf(file.path), 'utf8')).split('\n').flatMap((line) => {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1]
    if (call === undefined) return []
    const nth = (counts.get(call) ?? 0) + 1
    counts.set(call, nth)
    return [{ call, nth }]
  })
}

async function killAt(shop: Shop, operation: Operation, { call, nth }: Point): Promise<boolean> {
  await using file = await copyOf(shop)
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`
  const hint = `${operation.name}, killed at ${call} ${nth}`
  const answer = await runInjected(file, inject, (url) => operation.run(shop, url))
  expect(isPrebookError(answer), hint).toBe(false)
  await using api = await spawnApi({ databaseUrl: file.databaseUrl, env: proofEnv })
  expect(findViolations(file.path), hint).toEqual([])
  const wasApplied = await operation.wasApplied(shop, api.url)
  // Background writes after the operation vary by a call or two. If the kill hits those, the operation was acknowledged.
  if (!(answer instanceof Error)) expect(wasApplied, hint).toBe(true)
  expect(findViolations(file.path), hint).toEqual([])
  return wasApplied
}

/** Runs an operation under strace, which kills the process at a system call. Returns the operation's error, if any. */
async function runInjected(
  file: { path: string; databaseUrl: string },
  inject: string,
  run: (url: string) => Promise<void>,
): Promise<unknown> {
  await using api = await traceApi([...traceOptions(file.path), '-e', inject], file.databaseUrl)
  const answer = await run(api.url).catch((error: unknown) => error)
  if (answer instanceof Error) await api.exited
  return answer
}

/** The strace options that trace changes of the database and its write-ahead log. */
function traceOptions(path: string): string[] {
  return ['-e', CHANGES, '-P', path, '-P', `${path}-wal`, '-o', logOf(path)]
}

function logOf(path: string): string {
  return join(dirname(path), 'strace.log')
}

async function copyOf({ path }: Shop) {
  const file = await temporaryFile()
  await copyFile(path, file.path)
  return file
}

/** Creates the initial database of every attempt. Its process exits cleanly and leaves a single file. */
async function createShop(path: string, operation: Operation): Promise<Shop> {
  await using api = await spawnApi({ databaseUrl: `file:${path}`, env: proofEnv })
  const [admin] = await makeAdmins(api, 1)
  const [waiting, former] = await makeReaders(api.url, 2)
  if (admin === undefined || waiting === undefined || former === undefined)
    throw new Error('The shop needs an admin and two readers.')
  const [bookId = 0, another = 0] = await makeBooks(clientOf(api.url, admin), 2)
  await clientOf(api.url, waiting).prebooks.create.mutate({ bookId })
  const { id } = await clientOf(api.url, former).prebooks.create.mutate({ bookId })
  await clientOf(api.url, former).prebooks.cancel.mutate({ prebookId: id })
  const people = { admin, waiting, former }
  return operation === firstPrebook
    ? { path, ...people, bookId: another, another: bookId }
    : { path, ...people, bookId, another }
}

async function reportSkipped(): Promise<boolean[]> {
  process.stderr.write(`Did not kill the API at each of its writes: ${obstacle}. Install strace.\n`)
  return []
}
