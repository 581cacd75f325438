import { writeFileSync, renameSync } from 'node:fs'
import type { ApiProcess } from '@prebook/testing/api'
import type { PrebookClient } from '@prebook/client'
import { fillCatalogue, type Book } from '../fill-catalogue.ts'
import { adminAccount, registerAccounts, signIn } from '../people.ts'
import { CLOCK_FILE } from './clock-file.ts'
import { fourWeeks, OPENED, type BookPast } from './four-weeks.ts'
import { extraReaders } from './extra-readers.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Days between visits of each reader. A session expires after two weeks without use. */
const VISIT_INTERVAL = 10

/** A clock that the API uses while it writes the past. It shows the time that was last set. */
export type Clock = { env: Record<string, string>; set(time: number): void }

/** Creates a clock that is stored in a file. */
export function createClock(file: string): Clock {
  const set = (time: number) => {
    // Written and renamed, so that the API never reads half a number.
    writeFileSync(`${file}.next`, String(time))
    renameSync(`${file}.next`, file)
  }
  set(Date.now())
  const preload = new URL('earlier-clock.ts', import.meta.url).href
  return { set, env: { NODE_OPTIONS: `--import=${preload}`, [CLOCK_FILE]: file } }
}

/**
 * Opens the shop four weeks ago with an admin and a catalogue, then lets the extra readers buy and pre-book day by day.
 * Everything goes through the API, which runs with its clock set back.
 *
 * @param onProgress called for each day with the number of days ago
 */
export async function livePast(
  api: ApiProcess,
  clock: Clock,
  onProgress: (daysAgo: number) => void,
): Promise<void> {
  const now = Date.now()
  // Offset by an hour, so that no event is on a day boundary of the statistics while the demo runs.
  const setDay = (daysAgo: number) => clock.set(now - daysAgo * DAY_MS - HOUR_MS)
  setDay(OPENED)
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const admin = (await signIn(api.url, adminAccount)).client
  const [shop, readers] = await Promise.all([fillCatalogue(admin), registerAccounts(api.url, extraReaders)])
  const lives = fourWeeks.map((past, index) =>
    bookLife(
      past,
      shop,
      readers.map(({ client }) => client),
      index,
    ),
  )
  for (const { title, expected } of fourWeeks) {
    if (expected === undefined) continue
    const expectedOn = expected(new Date(now))
    await admin.books.expect.mutate({ bookId: idOf(shop, title), expectedOn })
  }
  for (let daysAgo = OPENED - 1; daysAgo >= 0; daysAgo -= 1) {
    onProgress(daysAgo)
    setDay(daysAgo)
    if (daysAgo % VISIT_INTERVAL === 0) await Promise.all(readers.map(({ client }) => client.auth.me.query()))
    await Promise.all(lives.map((live) => live(admin, daysAgo)))
  }
}

/** Returns a function that plays one day of a book. */
function bookLife(
  { title, stock, joined, withdrawn }: BookPast,
  shop: Book[],
  readers: PrebookClient[],
  index: number,
) {
  const bookId = idOf(shop, title)
  // Each book starts with a different reader.
  let next = index * 7
  return async (admin: PrebookClient, daysAgo: number): Promise<void> => {
    const quantity = stock?.[daysAgo]
    if (quantity !== undefined) await admin.stock.set.mutate({ bookId, quantity })
    for (let left = joined?.[daysAgo] ?? 0; left > 0; left -= 1) {
      await readers[next % readers.length]?.prebooks.create.mutate({ bookId })
      next += 1
    }
    if (withdrawn?.daysAgo === daysAgo)
      await admin.books.withdraw.mutate({ bookId, successorId: idOf(shop, withdrawn.successor) })
  }
}

function idOf(shop: Book[], title: string): number {
  const book = shop.find((candidate) => candidate.title === title)
  if (book === undefined) throw new Error(`The catalogue does not contain ${title}.`)
  return book.id
}
