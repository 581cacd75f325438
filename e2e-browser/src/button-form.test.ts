import { WAIT } from '@prebook/testing/bounds'
import { isbnOf } from '@prebook/testing/isbn'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { startMailServer } from './testing/mail-server.ts'
import { addBook, focusWindow, serveButtons, visitSite } from './testing/product-page.ts'
import { visitAs } from './testing/readers.ts'

/** The browser reports each refused request. */
const refused = /status of (?:409|422|429|503)/

inBrowser('the form of a button', () => {
  test('sends the link in the language of the page, without cookies, and by the keyboard alone', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)], lang: 'ar' })
    const { page, buttons } = await visitSite(shop, site)
    await buttons.getByRole('button').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const email = page.getByLabel('البريد الإلكتروني')
    await email.waitFor()
    expect(await focusedPart(page)).toBe('input')
    await page.keyboard.press('Escape')
    await expect.poll(() => focusedPart(page), WAIT).toBe('button')
    await page.keyboard.press('Enter')
    await email.waitFor()
    await page.keyboard.type(' ada@readers.example ')

    const [request] = await Promise.all([
      page.waitForRequest(`${shop.url}/prebooks/requests`),
      page.keyboard.press('Enter'),
    ])
    expect(request.postDataJSON()).toEqual({
      isbn: isbnOf(0),
      email: 'ada@readers.example',
      locale: 'ar',
    })
    await buttons.getByRole('status').getByText('ada@readers.example').waitFor()
    expect(await focusedPart(page)).toBe('message')
    expect(await email.isVisible()).toBe(false)
    expect((await request.allHeaders())['cookie']).toBeUndefined()
    expect(await mails.link('ada@readers.example', 'confirm')).toContain('/mail/confirm?token=')
  })

  test('leads to a place in the queue, which the button counts once it is confirmed', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)], lang: 'en-GB' })
    const { page, buttons, openTab, allowBrowserErrors } = await visitSite(shop, site)
    allowBrowserErrors(/favicon\.ico/)
    await buttons.getByRole('button').click()
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await page.keyboard.press('Enter')
    await buttons.getByRole('status').getByText('Check your inbox').waitFor()
    const link = await mails.link('ada@readers.example', 'confirm')
    await focusWindow(page)
    expect(await buttons.getByText('waiting').isVisible()).toBe(false)

    const tab = await openTab()
    await tab.goto(shop.url + link)
    await tab.getByRole('button', { name: 'Confirm pre-booking' }).click()
    await tab.getByText('You are number 1 in the queue.').waitFor()
    await focusWindow(page)
    await buttons.getByText('1 reader is waiting').waitFor()
  })

  test('says what is wrong with the address before it sends anything', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url())
    })
    await buttons.getByRole('button').click()
    const email = page.getByLabel('E-mail address')
    for (const wrong of ['', 'ada', 'ada@']) {
      await email.fill(wrong)
      await page.keyboard.press('Enter')
      await buttons.getByRole('alert').getByText('Enter a valid e-mail address').waitFor()
      expect(await email.getAttribute('aria-invalid')).toBe('true')
      expect(await focusedPart(page)).toBe('input')
    }
    expect(sent).toEqual([])
    // The browser accepts it, and the service does not.
    allowBrowserErrors(refused)
    await email.fill('ada@readers')
    await page.keyboard.press('Enter')
    await expect.poll(() => sent.length, WAIT).toBe(1)
    await buttons.getByRole('alert').getByText('Enter a valid e-mail address').waitFor()
    await email.fill('ada@readers.example')
    await page.keyboard.press('Enter')
    await buttons.getByRole('status').getByText('Check your inbox').waitFor()
  })

  test('says why the shop refuses', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: { ...mails.env, PREBOOK_REQUESTS_PER_HOUR: '1' } })
    const [restocked, withdrawn] = [await addBook(shop, 0, 0), await addBook(shop, 1, 0)]
    await addBook(shop, 2, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0), isbnOf(1), isbnOf(2)] })
    const visit = async (index: number) => {
      const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
      allowBrowserErrors(refused)
      const button = buttons.nth(index)
      await button.getByRole('button').click()
      await button.getByLabel('E-mail address').fill('ada@readers.example')
      return { page, button }
    }
    const [first, second] = [await visit(0), await visit(1)]
    await shop.admin.stock.set.mutate({ bookId: restocked, quantity: 1 })
    await shop.admin.books.withdraw.mutate({ bookId: withdrawn })
    await first.page.keyboard.press('Enter')
    await first.button.getByRole('status').getByText('This book is in stock.').waitFor()
    await first.button.getByText('In stock', { exact: true }).waitFor()
    expect(await focusedPart(first.page)).toBe('message')
    await second.page.keyboard.press('Enter')
    await second.button.getByRole('status').getByText('will not come back').waitFor()
    await second.button.getByText('Sold out. This book will not come back.').waitFor()

    for (const outcome of ['Check your inbox', 'Too many attempts. Try again later.']) {
      const { page, button } = await visit(2)
      await page.keyboard.press('Enter')
      await button.getByText(outcome).waitFor()
    }
  })

  test('closes when the book is restocked, and says so', async () => {
    await using shop = await startBrowserShop()
    const bookId = await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons } = await visitSite(shop, site)
    await buttons.getByRole('button').click()
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await focusWindow(page)
    await buttons.getByRole('status').getByText('This book is in stock. You can buy it now.').waitFor()
    expect(await page.getByLabel('E-mail address').isVisible()).toBe(false)
    expect(await focusedPart(page)).toBe('message')
    await shop.admin.stock.set.mutate({ bookId, quantity: 0 })
    await focusWindow(page)
    await buttons.getByRole('button', { name: 'Pre-book' }).waitFor()
    expect(await buttons.getByRole('status').innerText()).toBe('')
  })

  test('says that a shop without a mail server cannot send the link', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
    allowBrowserErrors(refused)
    await buttons.getByRole('button').click()
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await page.keyboard.press('Enter')
    await buttons.getByRole('alert').getByText('The shop cannot send e-mails at the moment.').waitFor()
    expect(await focusedPart(page)).toBe('input')
  })

  test('solves the challenge of a shop that asks for a proof of work', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: { ...mails.env, REQUEST_PROOF: '200' } })
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons } = await visitSite(shop, site)
    await buttons.getByRole('button').click()
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    const [request] = await Promise.all([
      page.waitForRequest(`${shop.url}/prebooks/requests`),
      page.keyboard.press('Enter'),
    ])
    expect(request.postDataJSON()).toHaveProperty('proof')
    await buttons.getByRole('status').getByText('Check your inbox').waitFor()
    expect(await mails.link('ada@readers.example', 'confirm')).toContain('/mail/confirm?token=')
  })

  test('gives a program that fills in every field the usual answer', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, buttons } = await visitSite(shop, site)
    await buttons.getByRole('button').click()
    await page.getByLabel('E-mail address').fill('program@readers.example')
    await buttons.locator('input[name=website]').evaluate((input: HTMLInputElement) => {
      input.value = 'https://spam.example'
    })
    const [request] = await Promise.all([
      page.waitForRequest(`${shop.url}/prebooks/requests`),
      page.keyboard.press('Enter'),
    ])
    expect(request.postDataJSON()).toMatchObject({ website: 'https://spam.example' })
    await buttons.getByRole('status').getByText('Check your inbox').waitFor()
  })
})

inBrowser("a button on the shop's own origin", () => {
  test('pre-books directly for a signed-in reader, and opens the form for everyone else', async () => {
    await using shop = await startBrowserShop()
    const bookId = await addBook(shop, 0, 0)
    const ada = await visitAs(shop, 'ada')
    await addButton(ada.page, shop.url)
    const button = ada.page.locator('prebook-button')
    await button.getByRole('button').click()
    await button.getByRole('status').getByText('You have pre-booked this book.').waitFor()
    await button.getByText('1 reader is waiting').waitFor()
    const { items } = await ada.client.prebooks.list.query({})
    expect(items.map((prebook) => [prebook.bookId, prebook.status])).toEqual([[bookId, 'waiting']])

    ada.allowBrowserErrors(refused)
    await addButton(ada.page, shop.url)
    await button.getByRole('button').click()
    await button.getByRole('status').getByText('You have already pre-booked this book.').waitFor()

    const visitor = await shop.visit()
    await visitor.page.goto('/')
    await addButton(visitor.page, shop.url)
    await visitor.page.locator('prebook-button').getByRole('button').click()
    await visitor.page.getByLabel('E-mail address').waitFor()
  })

  test('never acts for a reader on another origin', async () => {
    await using shop = await startBrowserShop()
    await addBook(shop, 0, 0)
    await using site = await serveButtons(shop, { isbns: [isbnOf(0)] })
    const { page, client } = await visitAs(shop, 'ada')
    await page.goto(site.url)
    await page.locator('prebook-button').getByRole('button').click()
    await page.getByLabel('E-mail address').waitFor()
    expect((await client.prebooks.list.query({})).items).toEqual([])
  })
})

/** The part of the button that has the focus. */
function focusedPart(page: Page): Promise<string | null> {
  return page.evaluate(
    () => document.activeElement?.shadowRoot?.activeElement?.getAttribute('part')?.split(' ')[0] ?? null,
  )
}

/** Replaces what a page of the shop shows by a button. */
async function addButton(page: Page, api: string): Promise<void> {
  await page.evaluate(
    ({ url, isbn }) => {
      const script = document.createElement('script')
      script.src = '/button.js'
      const button = document.createElement('prebook-button')
      button.setAttribute('isbn', isbn)
      button.setAttribute('api', url)
      document.body.replaceChildren(button, script)
    },
    { url: api, isbn: isbnOf(0) },
  )
}
