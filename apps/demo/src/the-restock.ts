import { UnexpectedAnswer } from './checks.ts'
import { openPage, type OpenPage } from './open-page.ts'
import { fetchPrebook, NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

/**
 * Timeout for the live update on a busy machine, in milliseconds; usually it takes a few. It is shorter than the interval at
 * which streams poll, half a minute, so that only a real event counts.
 */
const LIVE_UPDATE_MS = 5_000

/** The restock: one call notifies all waiting readers. Resolves to the time of the notification. */
export async function restock(stage: Stage, placed: ReaderPrebook[], copies: number): Promise<string> {
  const { screen, readers, books } = stage
  const before = await Promise.all(placed.map(fetchPrebook))
  screen.act(`${books.wanted.title} is restocked: all waiting readers are notified at the same instant`)
  const adas = placed.find(({ reader, book }) => reader === readers.Ada && book.id === books.wanted.id)
  if (adas === undefined) throw new UnexpectedAnswer(`${readers.Ada.name} is not waiting.`)
  using page = openPage(adas)
  await page.shows('waiting', stage.timeoutMs)
  const notifiedAt = await setStock(stage, copies, page)

  screen.act('Each reader sees the same instant in their account')
  await showChanges(
    stage,
    placed.map((item, index) => ({ ...item, before: String(before[index]?.status) })),
    notifiedAt,
  )
  return notifiedAt
}

/** @param page the open page of a waiting reader */
async function setStock(stage: Stage, copies: number, page: OpenPage): Promise<string> {
  const { screen, checks, admin, readers, books, timeoutMs } = stage
  const started = performance.now()
  const change = await admin.client.stock.set.mutate({ bookId: books.wanted.id, quantity: copies })
  const tookMs = performance.now() - started

  const { book, movement, transition, broadcast } = change
  checks.same('the transition for the restock', transition, 'restocked')
  checks.same('the stock after the restock', book.stockQuantity, copies)
  checks.same('the number of notified readers', broadcast?.notified, books.alreadyWaiting.wanted + 3)
  const notifiedAt = String(broadcast?.notifiedAt)
  const update = await page.shows('notified', Math.min(timeoutMs, LIVE_UPDATE_MS))
  checks.same(`the time on ${readers.Ada.name}'s open page`, update.prebook.notifiedAt, notifiedAt)
  screen.table([
    ['stock', `${book.stockQuantity - Number(movement?.delta)} → ${book.stockQuantity} (${transition})`],
    ['notified', screen.style(['bold', 'green'], `${broadcast?.notified} readers`)],
    ['at', screen.style(['bold', 'green'], notifiedAt)],
    ['duration', `${tookMs.toFixed(1)} ms`],
    [
      `${readers.Ada.name}'s open page`,
      `${screen.status('waiting')} → ${screen.status(update.prebook.status)} live, ` +
        `${(update.at - started).toFixed(1)} ms after the call started`,
    ],
  ])
  screen.indented()
  screen.indented('One transaction changed the stock and closed the waitlist, which is a single row.')
  screen.indented('All readers are notified at the same time, and no one is left out.')
  return notifiedAt
}

/** The time of day of an ISO 8601 time. The full time would make the line too long for a terminal. */
function timeOfDay(time: string): string {
  return time.slice(time.indexOf('T') + 1)
}

type WithStatusBefore = ReaderPrebook & { before: string }

async function showChanges(
  { screen, checks, readers, books }: Stage,
  placed: WithStatusBefore[],
  notifiedAt: string,
) {
  const rows: string[][] = []
  for (const { reader, book, prebook, before } of placed) {
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
    checks.same(`the notification time of ${whose}`, now?.notifiedAt, time)
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
  screen.indented()
  screen.indented(`${readers.Ben.name} cancelled before the restock, so he is not notified.`)
  screen.indented(`${books.other.title} was not restocked, so its readers keep waiting.`)
}
