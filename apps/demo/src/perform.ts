import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ApiProcess } from '@prebook/api-process'
import { Checks, UnexpectedAnswer } from './checks.ts'
import { aborted } from './endings.ts'
import { fillCatalogue } from './fill-catalogue.ts'
import { adminAccount, openAccounts, readerNames, signIn } from './people.ts'
import type { Screen } from './screen.ts'
import type { StoryBooks } from './stage.ts'
import { startOnUsualPort, USUAL_PORT } from './start-on-usual-port.ts'
import { giveTour, storyBooks } from './tour.ts'
import { printWhatNext } from './what-next.ts'

/** How many of the API's last lines are shown when something fails. */
const LAST_LINES = 12

/** How long a failed call waits for the news that the API has ended, which would explain it. */
const EXPLANATION_MS = 1_000

type Options = {
  screen: Screen
  /** Ends everything early, and cleanly. */
  stop: AbortSignal
  /** Whether to end after the tour, instead of serving until told to stop. */
  once: boolean
}

/**
 * The whole demo, from starting the API to removing its database. Gives whether it was told to stop.
 *
 * @throws Error when the API answers otherwise than it should, or ends by itself
 */
export async function perform({ screen, stop, once }: Options): Promise<'over' | 'stopped'> {
  screen.progress('Starting the API …')
  await using api = await startOnUsualPort().catch((error: unknown) => {
    // Ctrl-C in a terminal reaches the API too: one that is only starting ends at once.
    if (stop.aborted) return null
    throw error
  })
  if (api === null) {
    screen.line()
    return 'stopped'
  }

  const ending = Promise.race([
    aborted(stop).then(() => 'stopped' as const),
    api.ended.then(() => failed('The API has ended by itself.', api)),
  ])
  const told = tellStory(api, screen.until(stop)).catch(async (error: unknown) => {
    if (error instanceof UnexpectedAnswer) throw error
    const early = await Promise.race([ending, pause(EXPLANATION_MS, null, { ref: false })])
    return early ?? failed(error instanceof Error ? error.message : String(error), api)
  })
  const outcome = await Promise.race([ending, told])
  if (outcome !== 'stopped') {
    if (once) return 'over'
    printWhatNext(screen, api.url, outcome)
    await ending
  }
  screen.line()
  screen.line('Stopping the API …')
  return 'stopped'
}

/** Fills the shop, opens the accounts, and plays the story. */
async function tellStory(api: ApiProcess, screen: Screen): Promise<StoryBooks> {
  const started = performance.now()
  screen.clearProgress()
  screen.heading('Prebook: readers pre-book sold-out books, and one restock tells them all at once.')
  screen.line()
  screen.tell('All that follows is what the real API answers, asked through the typed client.')
  screen.tell()

  await api.createAdmin(adminAccount.email, adminAccount.password)
  const admin = await signIn(api.url, adminAccount)
  const shop = await fillCatalogue(admin.client, (done, total) => {
    screen.progress(`   Filling the catalogue: ${done} of ${total}`)
  })
  const readers = await openAccounts(api.url)
  screen.clearProgress()
  const soldOut = shop.filter((book) => !book.inStock).length
  screen.table([
    [
      'API',
      `${api.url}, process ${api.pid}${isUsual(api) ? '' : ` (something else has port ${USUAL_PORT})`}`,
    ],
    ['data', `${folderOf(api)}, removed at the end`],
    ['catalogue', `${shop.length} books, ${soldOut} of them sold out`],
    ['readers', readerNames.join(', ')],
  ])

  const checks = new Checks()
  const books = storyBooks(shop)
  await giveTour({ screen, checks, admin, readers, books })
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  screen.line()
  screen.line(
    screen.style(
      'bold',
      `That was Prebook, in ${seconds} s. ${checks.passed} answers were checked; all were as they should be.`,
    ),
  )
  return books
}

function isUsual(api: ApiProcess): boolean {
  return new URL(api.url).port === String(USUAL_PORT)
}

/** The API keeps its database in a folder of its own. */
function folderOf(api: ApiProcess): string {
  return dirname(api.databaseUrl.replace(/^file:/, ''))
}

function failed(message: string, api: ApiProcess): never {
  const lines = api.output().trimEnd().split('\n').slice(-LAST_LINES)
  throw new Error([message, '', "The API's last lines:", ...lines].join('\n'))
}
