import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { Checks, UnexpectedAnswer } from './checks.ts'
import { aborted } from './endings.ts'
import { wholeShop } from './fill-catalogue.ts'
import { OPENED, waitingFor } from './past/four-weeks.ts'
import { createClock, livePast } from './past/live-the-past.ts'
import { extraReaders } from './past/extra-readers.ts'
import { adminAccount, openReaders, readerNames, signIn } from './people.ts'
import type { Screen } from './screen.ts'
import type { StoryBooks } from './stage.ts'
import { demoEnvironment, startOnUsualPort, USUAL_PORT } from './start-on-usual-port.ts'
import { giveTour, storyBooks } from './tour.ts'
import { printWhatNext } from './what-next.ts'

/** How many of the API's last lines are shown when something fails. */
const LAST_LINES = 12

/** How long a failed call waits for the news that the API has ended, which would explain it. */
const EXPLANATION_MS = 1_000

/** How long what comes by itself may take on a busy machine; it takes milliseconds. */
const PATIENCE_MS = 10_000

type Options = {
  screen: Screen
  /** Ends everything early, and cleanly. */
  stop: AbortSignal
  /** Whether to end after the tour, instead of serving until told to stop. */
  once: boolean
}

/**
 * The whole demo, from writing the shop's past to removing its database. Gives whether it was told to stop.
 *
 * @throws Error when the API answers otherwise than it should, or ends by itself
 */
export async function perform({ screen, stop, once }: Options): Promise<'over' | 'stopped'> {
  screen.progress('Opening the shop …')
  await using folder = await mkdtempDisposable(join(tmpdir(), 'prebook-demo-'))
  const databaseUrl = `file:${join(folder.path, 'prebook.db')}`
  const clock = createClock(join(folder.path, 'clock'))
  const past = await withApi(
    () => spawnApi({ databaseUrl, env: { ...demoEnvironment, ...clock.env } }),
    stop,
    (api) => livePast(api, clock, (daysAgo) => screen.progress(`Opening the shop: ${daysAgo} days ago`)),
  )
  const outcome =
    past === 'stopped'
      ? past
      : await withApi(
          () => startOnUsualPort(databaseUrl),
          stop,
          async (api) => {
            const books = await tellStory(api, folder.path, screen.until(stop))
            if (once) return 'over'
            printWhatNext(screen.until(stop), api.url, books)
            return aborted(stop).then(() => 'stopped' as const)
          },
        )
  if (outcome === 'stopped') {
    screen.line()
    screen.line('Stopping …')
  }
  return outcome
}

/**
 * Starts the API, does something with it, and stops it.
 *
 * @throws Error with the API's last lines when it ends by itself, or the work fails otherwise than by a wrong answer
 */
async function withApi<T>(
  start: () => Promise<ApiProcess>,
  stop: AbortSignal,
  work: (api: ApiProcess) => Promise<T>,
): Promise<T | 'stopped'> {
  await using api = await start().catch((error: unknown) => {
    // Ctrl-C in a terminal reaches the API too: one that is only starting ends at once.
    if (stop.aborted) return null
    throw error
  })
  if (api === null || stop.aborted) return 'stopped'
  const ending = Promise.race([
    aborted(stop).then(() => 'stopped' as const),
    api.ended.then(() => failed('The API has ended by itself.', api)),
  ])
  const done = work(api).catch(async (error: unknown) => {
    if (error instanceof UnexpectedAnswer) throw error
    const early = await Promise.race([ending, pause(EXPLANATION_MS, null, { ref: false })])
    return early ?? failed(error instanceof Error ? error.message : String(error), api)
  })
  // Awaited here: the API must not be stopped before.
  return await Promise.race([ending, done])
}

/** Opens the accounts, and plays the story. */
async function tellStory(api: ApiProcess, folder: string, screen: Screen): Promise<StoryBooks> {
  const started = performance.now()
  const admin = await signIn(api.url, adminAccount)
  const [shop, readers] = await Promise.all([wholeShop(admin.client), openReaders(api.url)])
  screen.clearProgress()
  screen.heading('Prebook: readers pre-book sold-out books, and one restock tells all at once.')
  screen.line()
  screen.tell('All that follows is what the real API answers, through the typed client.')
  screen.tell()
  const soldOut = shop.filter((book) => !book.inStock).length
  screen.table([
    [
      'API',
      `${api.url}, process ${api.pid}${isUsual(api) ? '' : ` (something else has port ${USUAL_PORT})`}`,
    ],
    ['data', `${folder}, removed at the end`],
    ['catalogue', `${shop.length} books, ${soldOut} of them sold out`],
    ['past', `${OPENED} days, made up: what ${extraReaders.length} readers bought and pre-booked`],
    ['readers', readerNames.join(', ')],
  ])

  const checks = new Checks()
  const books = storyBooks(shop, waitingFor)
  await giveTour({ url: api.url, screen, checks, patienceMs: PATIENCE_MS, admin, readers, books })
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  screen.line()
  screen.line(
    screen.style(
      'bold',
      `That was Prebook, in ${seconds} s. ${checks.passed} answers were checked; all were right.`,
    ),
  )
  return books
}

function isUsual(api: ApiProcess): boolean {
  return new URL(api.url).port === String(USUAL_PORT)
}

function failed(message: string, api: ApiProcess): never {
  const lines = api.output().trimEnd().split('\n').slice(-LAST_LINES)
  throw new Error([message, '', "The API's last lines:", ...lines].join('\n'))
}
