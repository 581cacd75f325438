import { writeFileSync, renameSync } from 'node:fs'
import type { ApiProcess } from '@prebook/testing/api'
import type { PrebookClient } from '@prebook/client'
import { fillCatalogue, type Book } from '../fill-catalogue.ts'
import { adminAccount, openAccounts, signIn } from '../people.ts'
import { CLOCK_FILE } from './clock-file.ts'
import { fourWeeks, OPENED, type BookPast } from './four-weeks.ts'
import { extraReaders } from './extra-readers.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How many days anybody stays away at most: a session that nobody uses for two weeks ends. */
const VISIT_EVERY = 10

/** A clock that stands still until it is set: what the API goes by while it writes the past. */
export type Clock = { env: Record<string, string>; set(time: number): void }

/** Makes a clock out of a file. */
export function createClock(file: string): Clock {
  const set = (time: number) => {
    // In two steps, since the API may read at any time and must never find half of it.
    writeFileSync(`${file}.next`, String(time))
    renameSync(`${file}.next`, file)
  }
  set(Date.now())
  const preload = new URL('earlier-clock.ts', import.meta.url).href
  return { set, env: { NODE_OPTIONS: `--import=${preload}`, [CLOCK_FILE]: file } }
}

/**
 * Opens the shop some weeks ago, with an admin and a catalogue, and lets the town buy and pre-book since. All of it goes
 * through the API, which writes it writes everything; only its clock is set back.
 *
 * @param onProgress is told how many days ago it is
 */
export async function livePast(
  api: ApiProcess,
  clock: Clock,
  onProgress: (daysAgo: number) => void,
): Promise<void> {
  const now = Date.now()
  // An hour into the day, as days are counted back from now: whoever looks during the next hours still counts it so.
  const setDay = (daysAgo: number) => clock.set(now - daysAgo * DAY_MS - HOUR_MS)
  setDay(OPENED)
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const admin = (await signIn(api.url, adminAccount)).client
  const [shop, readers] = await Promise.all([fillCatalogue(admin), openAccounts(api.url, extraReaders)])
  const lives = fourWeeks.map((past, index) =>
    bookLife(
      past,
      shop,
      readers.map(({ client }) => client),
      index,
    ),
  )
  for (let daysAgo = OPENED - 1; daysAgo >= 0; daysAgo -= 1) {
    onProgress(daysAgo)
    setDay(daysAgo)
    if (daysAgo % VISIT_EVERY === 0) await Promise.all(readers.map(({ client }) => client.auth.me.query()))
    await Promise.all(lives.map((live) => live(admin, daysAgo)))
  }
}

/** One book, day by day. */
function bookLife({ title, stock, joined }: BookPast, shop: Book[], readers: PrebookClient[], index: number) {
  const bookId = shop.find((book) => book.title === title)?.id
  if (bookId === undefined) throw new Error(`The catalogue has no ${title}.`)
  // Not the same readers first for every book.
  let next = index * 7
  return async (admin: PrebookClient, daysAgo: number): Promise<void> => {
    const quantity = stock?.[daysAgo]
    if (quantity !== undefined) await admin.stock.set.mutate({ bookId, quantity })
    for (let left = joined?.[daysAgo] ?? 0; left > 0; left -= 1) {
      await readers[next % readers.length]?.prebooks.create.mutate({ bookId })
      next += 1
    }
  }
}
