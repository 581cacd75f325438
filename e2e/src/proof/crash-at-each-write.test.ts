import { bound } from '@prebook/testing/bounds'
import { copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { isPrebookError } from '@prebook/client'
import { findImpossible } from './database-file.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv, type Account } from './people.ts'
import { traceApi, whyNotTraced } from './strace.ts'
import { temporaryFile } from './temporary-file.ts'

/** The calls by which SQLite changes its files. */
const CHANGES = 'trace=pwrite64,ftruncate,fsync,fdatasync'

/** A book that somebody waits for, and that somebody else has stopped waiting for. */
type Shop = { path: string; admin: Account; waiting: Account; gone: Account; bookId: number }

/** Something that is done in one transaction. Done again after a crash, it tells whether it was done before. */
type Deed = {
  name: string
  doIt(shop: Shop, url: string): Promise<void>
  wasDone(shop: Shop, url: string): Promise<boolean>
}

const restock: Deed = {
  name: 'a restock',
  async doIt({ admin, bookId }, url) {
    await clientOf(url, admin).stock.set.mutate({ bookId, quantity: 5, idempotencyKey: 'restock' })
  },
  async wasDone(shop, url) {
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

const firstPrebook: Deed = {
  name: 'the prebook that opens a waitlist',
  async doIt({ gone, bookId }, url) {
    await clientOf(url, gone).prebooks.create.mutate({ bookId })
  },
  async wasDone({ gone, bookId }, url) {
    const client = clientOf(url, gone)
    const before = (await client.prebooks.list.query({ status: 'waiting' })).items
    const again = await client.prebooks.create.mutate({ bookId }).catch((error: unknown) => error)
    expect(isPrebookError(again, 'PREBOOK_DUPLICATE')).toBe(before.length > 0)
    expect((await client.prebooks.list.query({ status: 'waiting' })).items).toHaveLength(1)
    return before.length > 0
  },
}

const obstacle = whyNotTraced()

const proofs: [promise: string, prove: () => Promise<boolean[]>][] =
  obstacle === null
    ? [
        [
          'killed at any single write or flush of it, a restock is made in full or not at all',
          () => killAtEach(restock),
        ],
        [
          'killed at any single write or flush of it, a first prebook is made in full or not at all',
          () => killAtEach(firstPrebook),
        ],
      ]
    : [[`NOT PROVED HERE that a crash at any single write does no harm (${obstacle})`, tellOnly]]

test.each(proofs)('%s', { timeout: bound(600_000) }, async (_, prove) => {
  const done = await prove()
  // Once it is done, no later point of the same deed finds it undone.
  expect(done).toEqual(done.toSorted((one, other) => Number(one) - Number(other)))
})

/** Cuts a deed off at each point, one database for each, and tells whether it was done all the same. */
async function killAtEach(deed: Deed): Promise<boolean[]> {
  await using base = await temporaryFile()
  const shop = await openShopForWrite(base.path, deed)
  const points = await findPoints(shop, deed)
  const outcomes: boolean[] = []
  // Two at a time: most of it is waiting for processes to start.
  for (let at = 0; at < points.length; at += 2) {
    // Both are over, and cleared away, before either may fail the test.
    const pair = await Promise.allSettled(points.slice(at, at + 2).map((point) => killAt(shop, deed, point)))
    for (const outcome of pair) {
      if (outcome.status === 'rejected') throw outcome.reason
      outcomes.push(outcome.value)
    }
  }
  const done = outcomes.filter(Boolean).length
  process.stdout.write(
    `${deed.name} killed at ${points.length} points: ${points.length - done} not done, ${done} done\n`,
  )
  expect(done).toBeGreaterThan(0)
  expect(points.length - done).toBeGreaterThan(10)
  return outcomes
}

/** The nth call of its name that changes the files. */
type Point = { call: string; nth: number }

/** Watches the deed once undisturbed, and names each call on the way. */
async function findPoints(shop: Shop, deed: Deed): Promise<Point[]> {
  await using file = await copyOf(shop)
  await using api = await traceApi(watching(file.path), file.databaseUrl)
  await deed.doIt(shop, api.url)
  const counts = new Map<string, number>()
  return (await readFile(logOf(file.path), 'utf8')).split('\n').flatMap((line) => {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1]
    if (call === undefined) return []
    const nth = (counts.get(call) ?? 0) + 1
    counts.set(call, nth)
    return [{ call, nth }]
  })
}

async function killAt(shop: Shop, deed: Deed, { call, nth }: Point): Promise<boolean> {
  await using file = await copyOf(shop)
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`
  const hint = `${deed.name}, killed at ${call} ${nth}`
  const answer = await tryWithin(file, inject, (url) => deed.doIt(shop, url))
  expect(isPrebookError(answer), hint).toBe(false)
  await using api = await spawnApi({ databaseUrl: file.databaseUrl, env: proofEnv })
  expect(findImpossible(file.path), hint).toEqual([])
  const wasDone = await deed.wasDone(shop, api.url)
  // What the service writes by itself afterwards varies by a call or two. Then the deed was answered, and stands.
  if (!(answer instanceof Error)) expect(wasDone, hint).toBe(true)
  expect(findImpossible(file.path), hint).toEqual([])
  return wasDone
}

/** Does a deed under a strace that kills the process at some call; gives what it threw, if it did. */
async function tryWithin(
  file: { path: string; databaseUrl: string },
  inject: string,
  doIt: (url: string) => Promise<void>,
): Promise<unknown> {
  await using api = await traceApi([...watching(file.path), '-e', inject], file.databaseUrl)
  const answer = await doIt(api.url).catch((error: unknown) => error)
  if (answer instanceof Error) await api.exited
  return answer
}

/** Has strace look at what changes the database or its write-ahead log. */
function watching(path: string): string[] {
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

/** Makes the database that every try begins with; the process that made it has ended in peace and left one file. */
async function openShopForWrite(path: string, deed: Deed): Promise<Shop> {
  await using api = await spawnApi({ databaseUrl: `file:${path}`, env: proofEnv })
  const [admin] = await makeAdmins(api, 1)
  const [waiting, gone] = await makeReaders(api.url, 2)
  if (admin === undefined || waiting === undefined || gone === undefined) throw new Error('Nobody is there.')
  const [bookId = 0, another = 0] = await makeBooks(clientOf(api.url, admin), 2)
  await clientOf(api.url, waiting).prebooks.create.mutate({ bookId })
  const { id } = await clientOf(api.url, gone).prebooks.create.mutate({ bookId })
  await clientOf(api.url, gone).prebooks.cancel.mutate({ prebookId: id })
  return { path, admin, waiting, gone, bookId: deed === restock ? bookId : another }
}

async function tellOnly(): Promise<boolean[]> {
  process.stderr.write(`Nobody killed the API at each of its writes: ${obstacle}. Install strace.\n`)
  return []
}
