import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type PrebookClient } from '@prebook/client'
import type { Browser, Page } from 'playwright-core'
import { browserPath } from '../testing/browser-path.ts'
import { launchBrowser } from '../testing/launch-browser.ts'
import { signIn, type Account } from '../testing/sign-in.ts'
import { runDemo } from './run-demo.ts'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** Small, because every clone of the repository downloads them, but wide enough for the desktop layout. */
const SIZE = { width: 1024, height: 680 }

/** A book that the reader pre-books in addition to those of the demo's story. */
const ALSO_PREBOOKED = 'Neuromancer'
/** The book that is restocked while she watches. */
const RESTOCKED = { title: 'The Name of the Rose', copies: 5 }

/** Takes the screenshots for the README from the demo. */
async function takeScreenshots(executablePath: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await using demo = await runDemo()
  await using browser = await launchBrowser(executablePath)
  const admin = await clientOf(demo.url, demo.admin)
  const cleo = await clientOf(demo.url, demo.reader('Cleo'))
  for (const title of [ALSO_PREBOOKED, RESTOCKED.title]) {
    await cleo.prebooks.create.mutate({ bookId: await bookId(cleo, title) })
  }

  const readers = await visit(browser, demo.url, demo.reader('Cleo'), '/')
  await readers.getByRole('heading', { name: 'The catalogue' }).waitFor()
  await take(readers, 'catalogue')

  const admins = await visit(browser, demo.url, demo.admin, '/')
  await admins.goto('/admin/demand')
  await admins.getByRole('heading', { name: 'Demand' }).waitFor()
  await admins.getByRole('table').waitFor()
  await take(admins, 'demand')

  await readers.getByRole('link', { name: 'My pre-bookings' }).click()
  const prebooking = readers.getByRole('article').filter({ hasText: RESTOCKED.title })
  await prebooking.getByText('Waiting', { exact: true }).waitFor()
  await untilLive(readers)
  await admin.stock.set.mutate({
    bookId: await bookId(admin, RESTOCKED.title),
    quantity: RESTOCKED.copies,
  })
  await prebooking.getByText('It is in stock now').waitFor()
  await readers.getByRole('log', { name: 'Notifications' }).getByText(RESTOCKED.title).waitFor()
  await take(readers, 'back-in-stock')
}

async function clientOf(url: string, account: Account): Promise<PrebookClient> {
  const { token } = await createClient({ url }).auth.login.mutate(account)
  return createClient({ url, token })
}

async function bookId(client: PrebookClient, title: string): Promise<number> {
  const { items } = await client.books.list.query({ query: title })
  const book = items.find((candidate) => candidate.title === title)
  if (book === undefined) throw new Error(`The demo has no book called ${title}.`)
  return book.id
}

/** Opens a page in a new browser context and signs in. */
async function visit(browser: Browser, url: string, account: Account, address: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZE,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    // No animation runs while a screenshot is taken.
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(address)
  await signIn(page, account)
  return page
}

/** Waits until the page receives live updates. */
async function untilLive(page: Page): Promise<void> {
  await page.getByRole('banner').getByText('Live', { exact: true }).waitFor()
}

async function take(page: Page, name: string): Promise<void> {
  await untilLive(page)
  await page.mouse.move(0, 0)
  // Hides exact times, so that the screenshots do not depend on when they are taken. "just now" stays.
  await page.locator('.time-ago-exact').evaluateAll((times) => {
    for (const time of times) if (time instanceof HTMLElement) time.style.display = 'none'
  })
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' })
  process.stdout.write(`docs/screenshots/${name}.png\n`)
}

try {
  if (browserPath === null)
    throw new Error('No browser found. Install chromium, or set CHROMIUM_PATH to one.')
  await takeScreenshots(browserPath)
} catch (error) {
  process.stderr.write(
    `Could not take the screenshots. ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
