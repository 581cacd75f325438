import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient, type PrebookClient } from '@prebook/client'
import { spawnApi } from '@prebook/testing/api'
import { isbnOf } from '@prebook/testing/isbn'
import type { Page } from 'playwright-core'
import { browserPath } from '../testing/browser-path.ts'
import buildPage from '../testing/build-page.ts'
import { launchBrowser } from '../testing/launch-browser.ts'
import { addNumberedBooks } from '../testing/scanning.ts'
import { signIn } from '../testing/sign-in.ts'

const HELP = `Counts a delivery on the page with a simulated scanner, and prints what it took.

  --barcodes <n>   scanned copies (200)
  --titles <n>     titles among them (120)
  --waiting <n>    readers who wait for one of the titles, spread over all (412)
  --pause <ms>     between two beeps (0)
`

const { values } = parseArgs({
  options: {
    barcodes: { type: 'string', default: '200' },
    titles: { type: 'string', default: '120' },
    waiting: { type: 'string', default: '412' },
    pause: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})

const password = 'correct horse battery staple'
const admin = { email: 'admin@bookstore.example', password }

type Delivery = { barcodes: number; titles: number; waiting: number; pauseMs: number }

/** Sets up a shop, counts the delivery in a browser and prints the figures. */
async function measure(executablePath: string, delivery: Delivery): Promise<void> {
  await using api = await spawnApi({ admin, env: { REGISTRATIONS_PER_HOUR: '100000' } })
  const { token } = await createClient({ url: api.url }).auth.login.mutate(admin)
  const shop = createClient({ url: api.url, token })
  const bookIds = await addNumberedBooks(shop, delivery.titles)
  await addReaders(api.url, bookIds, delivery.waiting)

  await using browser = await launchBrowser(executablePath)
  const context = await browser.newContext({ baseURL: api.url, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto('/')
  await signIn(page, admin)
  await page.goto('/admin/scan')
  await page.getByText('Scan the first barcode.').waitFor()
  const { keystrokes, clicks, requests, seconds, scanningSeconds } = await countOnPage(page, delivery)
  const result = await page.getByText(/readers? notified/).innerText()
  process.stdout.write(
    [
      `${delivery.barcodes} barcodes of ${delivery.titles} titles, ${delivery.waiting} readers waiting: ${result}`,
      `keystrokes  ${keystrokes} by the scanner, ${clicks} clicks by a person`,
      `requests    ${Array.from(requests, ([name, count]) => `${count} ${name}`).join(', ')}`,
      `seconds     ${seconds.toFixed(1)} from the first beep to the result, ${scanningSeconds.toFixed(1)} of them scanning`,
      '',
    ].join('\n'),
  )
}

async function countOnPage(page: Page, { barcodes, titles, pauseMs }: Delivery) {
  const requests = new Map<string, number>()
  page.on('request', (request) => {
    const [, called = ''] = /\/trpc\/([^?]+)/.exec(request.url()) ?? []
    // A request may have several calls of one procedure.
    const [name = ''] = called.split(',')
    if (name !== '') requests.set(name, (requests.get(name) ?? 0) + 1)
  })
  const started = performance.now()
  let keystrokes = 0
  for (let beep = 0; beep < barcodes; beep += 1) {
    const code = isbnOf(beep % titles)
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
    keystrokes += code.length + 1
    if (pauseMs > 0) await pause(pauseMs)
  }
  const scanned = performance.now()
  await page.getByText(`${barcodes} copies of ${titles} titles`).waitFor()
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByRole('button', { name: 'Restock all' }).click()
  await page.getByText(/readers? notified/).waitFor()
  const ended = performance.now()
  return {
    keystrokes,
    clicks: 2,
    requests,
    seconds: (ended - started) / 1_000,
    scanningSeconds: (scanned - started) / 1_000,
  }
}

/** Lets readers wait, each for up to four of the titles. */
async function addReaders(url: string, bookIds: number[], waiting: number): Promise<void> {
  const anonymous = createClient({ url })
  let reader: PrebookClient = anonymous
  for (let number = 0; number < waiting; number += 1) {
    if (number % 4 === 0) {
      const account = { email: `reader-${number}@readers.example`, password }
      await anonymous.auth.register.mutate(account)
      const { token } = await anonymous.auth.login.mutate(account)
      reader = createClient({ url, token })
    }
    await reader.prebooks.create.mutate({ bookId: bookIds[number % bookIds.length] ?? 0 })
  }
}

if (values.help) process.stdout.write(HELP)
else if (browserPath === null) {
  process.stderr.write('No browser found. Install chromium, or set CHROMIUM_PATH to one.\n')
  process.exitCode = 1
} else {
  await buildPage()
  await measure(browserPath, {
    barcodes: Number(values.barcodes),
    titles: Number(values.titles),
    waiting: Number(values.waiting),
    pauseMs: Number(values.pause),
  })
}
