import { UnexpectedAnswer } from './checks.ts'
import { openPage, type OpenPage } from './open-page.ts'
import { lookAgain, NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

/**
 * How long the flip may take on a busy machine, in milliseconds; it takes some. Streams also look by themselves, every half
 * minute: what comes as late as that was not told.
 */
const FLIP_MS = 5_000

/** The moment that Prebook is for: one call notifies everybody who waits. Gives the time at which it did. */
export async function restock(stage: Stage, places: ReaderPrebook[], copies: number): Promise<string> {
  const { screen, readers, books } = stage
  const before = await Promise.all(places.map(lookAgain))
  screen.act(`${books.wanted.title} is restocked: everybody who waits is notified at one instant`)
  const adas = places.find(({ reader, book }) => reader === readers.Ada && book.id === books.wanted.id)
  if (adas === undefined) throw new UnexpectedAnswer(`${readers.Ada.name} does not wait.`)
  using page = openPage(adas)
  await page.shows('waiting', stage.patienceMs)
  const notifiedAt = await setStock(stage, copies, page)

  screen.act("The same instant, as each reader's own account shows it")
  await showFlip(
    stage,
    places.map((place, index) => ({ ...place, before: String(before[index]?.status) })),
    notifiedAt,
  )
  return notifiedAt
}

/** @param page is open at a reader who waits */
async function setStock(stage: Stage, copies: number, page: OpenPage): Promise<string> {
  const { screen, checks, admin, readers, books, patienceMs } = stage
  const started = performance.now()
  const change = await admin.client.stock.set.mutate({ bookId: books.wanted.id, quantity: copies })
  const tookMs = performance.now() - started

  const { book, movement, transition, broadcast } = change
  checks.same('what the restock did', transition, 'restocked')
  checks.same('the stock after the restock', book.stockQuantity, copies)
  checks.same('how many were notified', broadcast?.notified, books.alreadyWaiting.wanted + 3)
  const notifiedAt = String(broadcast?.notifiedAt)
  const flip = await page.shows('notified', Math.min(patienceMs, FLIP_MS))
  checks.same(`what ${readers.Ada.name}'s open page shows`, flip.prebook.notifiedAt, notifiedAt)
  screen.table([
    ['stock', `${book.stockQuantity - Number(movement?.delta)} → ${book.stockQuantity} (${transition})`],
    ['notified', screen.style(['bold', 'green'], `${broadcast?.notified} readers`)],
    ['at', screen.style(['bold', 'green'], notifiedAt)],
    ['the call took', `${tookMs.toFixed(1)} ms`],
    [
      `${readers.Ada.name}'s open page`,
      `${screen.status('waiting')} → ${screen.status(flip.prebook.status)} by itself, ` +
        `${(flip.at - started).toFixed(1)} ms after the call began`,
    ],
  ])
  screen.tell()
  screen.tell('Stock and waitlist changed in one transaction, and the waitlist is one row:')
  screen.tell('nobody is notified before anybody else, and nobody is left out.')
  return notifiedAt
}

/** The rest of an ISO 8601 time: the day stands above, and would make the line too long for a terminal. */
function timeOfDay(time: string): string {
  return time.slice(time.indexOf('T') + 1)
}

type PlaceBefore = ReaderPrebook & { before: string }

async function showFlip(
  { screen, checks, readers, books }: Stage,
  places: PlaceBefore[],
  notifiedAt: string,
) {
  const rows: string[][] = []
  for (const { reader, book, prebook, before } of places) {
    const { items } = await reader.client.prebooks.list.query({})
    const now = items.find(({ id }) => id === prebook.id)
    const [was, status, time] =
      book.id !== books.wanted.id
        ? ['waiting', 'waiting', null]
        : reader === readers.Ben
          ? ['cancelled', 'cancelled', null]
          : ['waiting', 'notified', notifiedAt]
    const whose = `${reader.name}'s pre-booking of ${book.title}`
    checks.same(`the status of ${whose} before the restock`, before, was)
    checks.same(`the status of ${whose} after the restock`, now?.status, status)
    checks.same(`the time at which ${whose} was notified`, now?.notifiedAt, time)
    rows.push([
      reader.name,
      String(now?.bookTitle),
      screen.status(before),
      '→',
      screen.status(String(now?.status)),
      now?.notifiedAt == null ? NOTHING : screen.style('green', timeOfDay(now.notifiedAt)),
    ])
  }
  screen.table(rows, ['reader', 'book', 'before', '', 'after', 'notified at'])
  screen.tell()
  screen.tell(`${readers.Ben.name} had cancelled and is left alone;`)
  screen.tell(`${books.other.title} did not arrive, so its readers wait on.`)
}
