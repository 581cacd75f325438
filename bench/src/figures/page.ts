import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import type { Bench } from '../frame/bench.ts'
import { takeTurns } from '../frame/take-turns.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'

const BOOKS = 24

const build = fileURLToPath(new URL('../../../apps/web/scripts/build.ts', import.meta.url))
const finder = new URL('../../../e2e-browser/src/testing/browser-path.ts', import.meta.url).href

const measures = [
  { name: 'interactive ms', better: 'less', digits: 1 },
  { name: 'first paint ms', better: 'less', digits: 1 },
  { name: 'kB loaded', better: 'less', digits: 1 },
] as const

/** How soon a visitor can use the shop. */
export const page: Bench = {
  name: 'page',
  about: 'time to an interactive catalogue in a browser, against a bare page',
  async run({ rounds, progress }) {
    const figure = {
      name: 'page',
      title: 'Catalogue in a browser',
      about: `A visit with an empty cache in Chromium, timed by the browser from the start of the navigation. interactive: the list of ${BOOKS} books is on the page, and the next frame and task have run. The bare page is a single HTML file with as many books.`,
      measures: [...measures],
    }
    const { browserPath } = (await import(finder)) as { browserPath: string | null }
    if (browserPath === null)
      return { ...figure, rows: [], skipped: ['the page: no browser on this machine'] }
    progress('building the page')
    await promisify(execFile)(process.execPath, [build, '--if-needed'])
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(await filledFile({ readers: 1, books: BOOKS }))
    const api = disposables.use(await startMeasuredApi({ databaseUrl: `file:${file.original}` }))
    const bare = disposables.use(await startBareServer('bare-page', { args: [String(BOOKS)] }))
    const browser = disposables.adopt(
      await chromium.launch({
        executablePath: browserPath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      }),
      (launched) => launched.close(),
    )
    const at = 'first visit'
    const rows = await takeTurns(
      [
        { variant: 'bare page', at, take: () => visit(browser, bare.url) },
        {
          variant: 'catalogue',
          at,
          baseline: { variant: 'bare page', at },
          take: () => visit(browser, api.url),
        },
      ],
      { rounds, progress },
    )
    return { ...figure, rows }
  },
}

// Runs in the browser before the page's own code. The clock starts with the navigation.
const observe = `{
  const ready = () => document.querySelector('ul.bookshelf > li') !== null
  const observer = new MutationObserver(() => {
    if (!ready()) return
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => { globalThis.benchInteractive = performance.now() }, 0))
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true })
}`

const facts = `({
  'interactive ms': globalThis.benchInteractive,
  'first paint ms': performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  'kB loaded': performance.getEntries()
    .reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0) / 1000,
})`

async function visit(browser: Browser, url: string): Promise<Record<string, number>> {
  const context = await browser.newContext()
  try {
    await context.addInitScript(observe)
    const tab = await context.newPage()
    await tab.goto(url, { waitUntil: 'load' })
    await tab.waitForFunction(() => 'benchInteractive' in globalThis)
    return await tab.evaluate<Record<string, number>>(facts)
  } finally {
    await context.close()
  }
}
