import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { serveProductPage } from '@prebook/testing/product-page'
import { Checks, UnexpectedAnswer } from './checks.ts'
import { aborted } from './endings.ts'
import { listBooks } from './fill-catalogue.ts'
import { OPENED, waitingFor } from './past/four-weeks.ts'
import { createClock, livePast } from './past/live-the-past.ts'
import { extraReaders } from './past/extra-readers.ts'
import { adminAccount, registerReaders, readerNames, signIn } from './people.ts'
import type { Screen } from './screen.ts'
import type { TourBooks } from './stage.ts'
import { demoEnvironment, startOnUsualPort, USUAL_PORT } from './start-on-usual-port.ts'
import { runTour, tourBooks } from './tour.ts'
import { printWhatNext } from './what-next.ts'

/** Lines of the API's output to show after a failure. */
const LAST_LINES = 12

/** After a failed call, how long to wait for an exit of the API that would explain it, in milliseconds. */
const EXIT_GRACE_MS = 1_000

/** Timeout for events and e-mails on a busy machine, in milliseconds. Usually they take a few milliseconds. */
const TIMEOUT_MS = 10_000

type Options = {
  screen: Screen
  /** Stops the demo early and cleanly. */
  stop: AbortSignal
  /** Whether to exit after the tour instead of serving until `stop` aborts. */
  once: boolean
}

/**
 * Runs the whole demo, from writing the shop's past to removing its database. Resolves to `stopped` if `stop` was aborted.
 *
 * @throws Error when the API gives an unexpected answer, or exits unexpectedly
 */
export async function perform({ screen, stop, once }: Options): Promise<'done' | 'stopped'> {
  screen.progress('Preparing the shop…')
  await using folder = await mkdtempDisposable(join(tmpdir(), 'prebook-demo-'))
  const databaseUrl = `file:${join(folder.path, 'prebook.db')}`
  const clock = createClock(join(folder.path, 'clock'))
  const past = await withApi(
    () => spawnApi({ databaseUrl, env: { ...demoEnvironment, ...clock.env } }),
    stop,
    (api) => livePast(api, clock, (daysAgo) => screen.progress(`Preparing the shop: ${daysAgo} days ago`)),
  )
  const outcome =
    past === 'stopped'
      ? past
      : await withApi(
          () => startOnUsualPort(databaseUrl),
          stop,
          async (api) => {
            const books = await playTour(api, folder.path, screen.until(stop))
            if (once) return 'done'
            await using productPage = await serveProductPage(api.url)
            printWhatNext(screen.until(stop), { url: api.url, productPage: productPage.url, books })
            // The product page would keep the process alive after an API that exits.
            await Promise.race([aborted(stop), api.ended])
            return 'stopped'
          },
        )
  if (outcome === 'stopped') {
    screen.line()
    screen.line('Stopping…')
  }
  return outcome
}

/**
 * Starts the API, runs `work` with it, and stops it.
 *
 * @throws UnexpectedAnswer as `work` does
 * @throws Error with the API's last lines when the API exits unexpectedly, or `work` fails in another way
 */
async function withApi<T>(
  start: () => Promise<ApiProcess>,
  stop: AbortSignal,
  work: (api: ApiProcess) => Promise<T>,
): Promise<T | 'stopped'> {
  await using api = await start().catch((error: unknown) => {
    // Ctrl-C in a terminal also reaches the API, which exits at once while it starts.
    if (stop.aborted) return null
    throw error
  })
  if (api === null || stop.aborted) return 'stopped'
  const ending = Promise.race([
    aborted(stop).then(() => 'stopped' as const),
    api.ended.then(() => failed('The API exited unexpectedly.', api)),
  ])
  const done = work(api).catch(async (error: unknown) => {
    if (error instanceof UnexpectedAnswer) throw error
    const early = await Promise.race([ending, pause(EXIT_GRACE_MS, null, { ref: false })])
    return early ?? failed(error instanceof Error ? error.message : String(error), api)
  })
  // `await` keeps the API running until the work is done.
  return await Promise.race([ending, done])
}

/** Registers the readers, and runs the tour. */
async function playTour(api: ApiProcess, folder: string, screen: Screen): Promise<TourBooks> {
  const started = performance.now()
  const admin = await signIn(api.url, adminAccount)
  const [shop, readers] = await Promise.all([listBooks(admin.client), registerReaders(api.url)])
  screen.clearProgress()
  screen.heading('Prebook: readers pre-book sold-out books, and a restock notifies all of them at once.')
  screen.line()
  screen.indented('Everything below comes from the real API, called through the typed client.')
  screen.indented()
  const soldOut = shop.filter((book) => !book.inStock).length
  screen.table([
    ['API', `${api.url}, process ${api.pid}${isUsual(api) ? '' : ` (port ${USUAL_PORT} is in use)`}`],
    ['data', `${folder} (temporary)`],
    ['catalogue', `${shop.length} books, ${soldOut} sold out`],
    ['history', `${OPENED} days of made-up sales and pre-bookings by ${extraReaders.length} readers`],
    ['readers', readerNames.join(', ')],
  ])

  const checks = new Checks()
  const books = tourBooks(shop, waitingFor)
  await runTour({ url: api.url, screen, checks, timeoutMs: TIMEOUT_MS, admin, readers, books })
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  screen.line()
  screen.line(screen.style('bold', `Tour complete in ${seconds} s. All ${checks.passed} checks passed.`))
  return books
}

function isUsual(api: ApiProcess): boolean {
  return new URL(api.url).port === String(USUAL_PORT)
}

function failed(message: string, api: ApiProcess): never {
  const lines = api.output().trimEnd().split('\n').slice(-LAST_LINES)
  throw new Error([message, '', "The API's last lines:", ...lines].join('\n'))
}
