import { WAIT } from '@prebook/testing/bounds'
import { isbnOf } from '@prebook/testing/isbn'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import {
  addBook,
  focusWindow,
  serveButtons,
  visitSite,
  watchAvailabilityRequests,
} from './testing/product-page.ts'
import { addWaitingReaders } from './testing/scanning.ts'

/** What the browser says of a service that is down. */
const unreachable = /ERR_CONNECTION_REFUSED/

inBrowser('a button on a page of another site', () => {
  test('shows each state under the strictest policy, and is hidden where nothing is known', async () => {
    await using shop = await startBrowserShop()
    const soldOut = await addBook(shop, 0, 0)
    await addWaitingReaders(shop, 2, [soldOut])
    await shop.admin.books.expect.mutate({ bookId: soldOut, expectedOn: '2030-03' })
    await addBook(shop, 1, 3)
    const withdrawn = await addBook(shop, 2, 0)
    await shop.admin.books.withdraw.mutate({ bookId: withdrawn })
    await addBook(shop, 3, 0)

    const isbns = [0, 1, 2, 3, 4].map(isbnOf)
    await using site = await serveButtons(shop, { isbns: [...isbns, 'no ISBN'] })
    const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
    allowBrowserErrors(/<prebook-button> is not shown: it needs an ISBN/)
    await buttons.nth(3).getByText('Sold out').waitFor()
    expect(
      await Promise.all((await buttons.all()).map((button) => button.locator('[part=box]').innerText())),
    ).toEqual([
      'Sold out\n2 readers are waiting\nDue in March 2030\n\nPre-book',
      'In stock',
      'Sold out. This book will not come back.',
      'Sold out\n\nPre-book',
      '',
      '',
    ])
    const states = await buttons.evaluateAll((all) =>
      all.map((button) => [button.getAttribute('state'), button.getBoundingClientRect().height > 0]),
    )
    expect(states).toEqual([
      ['sold-out', true],
      ['in-stock', true],
      ['withdrawn', true],
      ['sold-out', true],
      [null, false],
      [null, false],
    ])
    expect(await buttons.nth(0).getByRole('button').getAttribute('aria-label')).toBe('Pre-book: Book 0')
    expect(await page.context().cookies()).toEqual([])
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0)
  })

  test('shares one request with all buttons of the page, however they are spelled', async () => {
    await using shop = await startBrowserShop()
    for (let number = 0; number < 10; number += 1) await addBook(shop, number, number % 2)
    const isbns = Array.from({ length: 10 }, (_, number) => isbnOf(9 - number))
    const hyphens = isbns.map((isbn) => `ISBN ${isbn.slice(0, 3)}-${isbn.slice(3)}`)
    await using site = await serveButtons(shop, { isbns: hyphens })
    const { page } = await shop.visit()
    await page.clock.install()
    const requests = watchAvailabilityRequests(page)
    const answer = Promise.withResolvers<void>()
    await page.route('**/availability?*', async (route) => {
      await answer.promise
      await route.continue()
    })
    await page.goto(site.url)
    await expect.poll(() => requests.length, WAIT).toBe(1)
    // A page that loads also gets the focus, which is no reason for a second request.
    await focusWindow(page)
    answer.resolve()
    await waitUntilShown(page, 10)
    await page.clock.runFor(30_000)
    const query = isbns.toReversed().map((isbn) => `isbn=${isbn}`)
    expect(requests).toEqual([`${shop.url}/availability?${query.join('&')}`])

    // Those that an application adds together share one, too. The order of the page does not matter.
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('prebook-button')) button.replaceWith(button.cloneNode())
    })
    await waitUntilShown(page, 10)
    expect(new Set(requests).size).toBe(1)
    expect(requests.length).toBeLessThanOrEqual(2)
  })

  test('needs a request for every 50 books', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 50, 1)
    await using site = await serveButtons(shop, {
      isbns: Array.from({ length: 51 }, (_, number) => isbnOf(number)),
    })
    const { page } = await shop.visit()
    const requests = watchAvailabilityRequests(page)
    await page.goto(site.url)
    await page.getByText('In stock').waitFor()
    expect(requests.map((url) => new URL(url).searchParams.getAll('isbn').length)).toEqual([50, 1])
  })

  test('shows a restock within two seconds of the focus, and each minute without', async () => {
    await using shop = await startBrowserShop()
    const bookId = await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons } = await visitSite(shop, site)
    await buttons.getByText('Sold out').waitFor()
    await shop.admin.stock.set.mutate({ bookId, quantity: 5 })
    const started = performance.now()
    await focusWindow(page)
    await buttons.getByText('In stock').waitFor()
    expect(performance.now() - started).toBeLessThan(2_000)

    const { page: other } = await shop.visit()
    await other.clock.install()
    const requests = watchAvailabilityRequests(other)
    await other.goto(site.url)
    await waitUntilShown(other, 1)
    await shop.admin.stock.set.mutate({ bookId, quantity: 0 })
    await other.clock.runFor(58_000)
    expect(requests).toHaveLength(1)
    await other.clock.runFor(3_000)
    await other.getByText('Sold out').waitFor()
    expect(requests).toHaveLength(2)
  })

  test('asks nothing while the page is hidden, and once when it is shown again', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 0, 1)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page } = await shop.visit()
    await page.clock.install()
    const requests = watchAvailabilityRequests(page)
    await page.goto(site.url)
    await waitUntilShown(page, 1)
    const setHidden = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
        if (!value) dispatchEvent(new Event('focus'))
      }, hidden)
    await setHidden(true)
    await page.clock.runFor(300_000)
    expect(requests).toHaveLength(1)
    await setHidden(false)
    await page.clock.runFor(2_000)
    await expect.poll(() => requests.length, WAIT).toBe(2)
    await page.clock.runFor(30_000)
    expect(requests).toHaveLength(2)
  })

  test('hides while the service is down, and leaves the page as it is', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, {
      isbns: [isbnOf(0)],
      body: (buttons) => `<p>Before</p>${buttons}<p>After</p>`,
    })
    const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
    await buttons.getByText('Sold out').waitFor()
    allowBrowserErrors(unreachable)
    await shop.api.stop()
    await focusWindow(page)
    await expect.poll(() => buttons.getAttribute('state'), WAIT).toBeNull()
    expect(await buttons.boundingBox()).toBeNull()
    expect(await page.getByRole('main').innerText()).toBe('A book\n\nBefore\n\nAfter')

    // The script is down as well.
    const { page: later, allowBrowserErrors: allow } = await visitSite(shop, site)
    allow(unreachable)
    await later.waitForLoadState()
    expect(await later.getByRole('main').innerText()).toBe('A book\n\nBefore\n\nAfter')
  })

  test('keeps a form that somebody fills in while the service is down', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
    allowBrowserErrors(unreachable)
    await buttons.getByRole('button').click()
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await shop.api.stop()
    const failed = page.waitForEvent('requestfailed')
    await focusWindow(page)
    await failed
    await page.getByRole('button', { name: 'Send me the link' }).click()
    await buttons.getByRole('alert').getByText('That did not work. Try again in a moment.').waitFor()
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada@readers.example')
  })

  test('follows its attributes', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 0, 0)
    await addBook(shop, 1, 1)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)], lang: 'de-AT' })
    const { page, buttons } = await visitSite(shop, site)
    await buttons.getByText('Vergriffen').waitFor()
    await buttons.getByRole('button').click()
    await page.getByLabel('E-Mail-Adresse').waitFor()
    const set = (name: string, value: string) =>
      buttons.evaluate((button, [key, text]) => button.setAttribute(key, text), [name, value] as const)
    await set('lang', 'fr')
    await page.getByLabel('Adresse e-mail').waitFor()
    await set('lang', 'it')
    await page.getByLabel('E-mail address').waitFor()
    await set('isbn', isbnOf(1))
    await buttons.getByText('In stock').waitFor()
    expect(await page.getByLabel('E-mail address').isVisible()).toBe(false)
  })
})

/**
 * Waits until some buttons are shown. The page's clock runs as usual: if it were moved, the time limit of the request could pass
 * before a busy machine answers, and the button would ask again.
 */
async function waitUntilShown(page: Page, count: number): Promise<void> {
  await expect.poll(() => page.locator('prebook-button[state]').count(), WAIT).toBe(count)
}
