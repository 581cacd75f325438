import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type PrebookClient } from '@prebook/client'
import type { Browser, Page } from 'playwright-core'
import { browserPath } from '../testing/browser-path.ts'
import { launchBrowser } from '../testing/launch-browser.ts'
import { signIn, type Account } from '../testing/sign-in.ts'
import { runDemo } from './run-demo.ts'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** Small, since everybody who clones the repository fetches them, and wide enough for the page to be as on a desk. */
const SIZE = { width: 1024, height: 680 }

/** What the reader of the pictures waits for beside what the tour has her wait for. */
const WAITS_FOR = 'Neuromancer'
/** What comes back while she looks. */
const COMES_BACK = { title: 'The Name of the Rose', copies: 5 }

/** Takes the pictures that the README shows, of the demo as anybody starts it. */
async function takeScreenshots(executablePath: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await using demo = await runDemo()
  await using browser = await launchBrowser(executablePath)
  const admin = await clientOf(demo.url, demo.admin)
  const cleo = await clientOf(demo.url, demo.reader('Cleo'))
  for (const title of [WAITS_FOR, COMES_BACK.title]) {
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
  const wish = readers.getByRole('article').filter({ hasText: COMES_BACK.title })
  await wish.getByText('Waiting', { exact: true }).waitFor()
  await live(readers)
  await admin.stock.set.mutate({
    bookId: await bookId(admin, COMES_BACK.title),
    quantity: COMES_BACK.copies,
  })
  await wish.getByText('It is in stock now').waitFor()
  await readers.getByRole('log', { name: 'Notices' }).getByText(COMES_BACK.title).waitFor()
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

/** Somebody who is signed in, at a browser of their own. */
async function visit(browser: Browser, url: string, account: Account, address: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZE,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    // Nothing is on its way when the picture is taken.
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(address)
  await signIn(page, account)
  return page
}

/** Waits until the page is told of changes. */
async function live(page: Page): Promise<void> {
  await page.getByRole('banner').getByText('Live', { exact: true }).waitFor()
}

async function take(page: Page, name: string): Promise<void> {
  await live(page)
  await page.mouse.move(0, 0)
  // The same picture whenever it is taken: "just now" stays, the date and time beside it go.
  await page.locator('.time-ago-exact').evaluateAll((times) => {
    for (const time of times) if (time instanceof HTMLElement) time.style.display = 'none'
  })
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' })
  process.stdout.write(`docs/screenshots/${name}.png\n`)
}

try {
  if (browserPath === null)
    throw new Error('There is no browser: install chromium, or name one in CHROMIUM_PATH.')
  await takeScreenshots(browserPath)
} catch (error) {
  process.stderr.write(`No pictures. ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
