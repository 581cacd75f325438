import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, signIn, startBrowserShop } from './testing/browser-shop.ts'
import { startMailServer } from './testing/mail-server.ts'
import { listItem, soldOutBook } from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

/** The pages of links have no icon, so that browsers look for this one. */
const noIcon = /favicon\.ico/
const email = 'guest@readers.example'

async function leaveAddress(page: Page, address: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(address)
  await page.getByRole('button', { name: 'E-mail me the link' }).click()
}

inBrowser('a guest', () => {
  test('leaves an address, confirms, sees the pre-booking, and makes an account of it', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const { bookId, address } = await soldOutBook(shop)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(noIcon)
    await page.goto(address)
    await page.getByRole('button', { name: 'E-mail me the link' }).click()
    await page.getByText('Enter your e-mail address.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('email')
    await expectSoundView(page, 'book-guest-form')
    await leaveAddress(page, email)
    await page.getByText('a link to confirm the pre-booking').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('status')
    await expectSoundView(page, 'book-guest-sent')
    expect((await shop.admin.books.waitlist.query({ bookId })).waiting).toBe(0)

    await page.goto(await mails.link(email, 'confirm'))
    await page.getByRole('heading', { name: 'Confirm your pre-booking' }).waitFor()
    await expectSoundView(page, 'mail-confirm')
    await page.getByRole('button', { name: 'Confirm pre-booking' }).click()
    await page.getByText('You are number 1 in the queue.').waitFor()
    await expectSoundView(page, 'mail-confirmed')
    expect((await shop.admin.books.waitlist.query({ bookId })).waiting).toBe(1)

    await page.getByRole('link', { name: 'Your pre-bookings' }).click()
    await page.getByRole('heading', { name: 'Your pre-bookings' }).waitFor()
    await expectSoundView(page, 'mail-manage')
    await page.getByRole('button', { name: 'E-mail me the link' }).click()
    await page.getByRole('status').getByText('a link to set a password').waitFor()
    await expectSoundView(page, 'mail-manage-done')
    await page.goto(await mails.link(email, 'reset'))
    await page.getByRole('heading', { name: 'Set a password' }).waitFor()
    await expectSoundView(page, 'mail-set-password')
    await page.getByLabel('New password').fill('a password for the guest')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
    await signIn(page, { email, password: 'a password for the guest' })
    await page.goto('/prebookings')
    await listItem(page, 'Dune').getByText('You are number 1 in the queue.').waitFor()
  })

  test.each([
    ['de', 'Vorbestellung bestätigen', 'Stornieren: Dune'],
    ['ar', 'تأكيد الحجز', 'إلغاء: Dune'],
  ])('confirms and cancels in %s, the language of the browser', async (locale, confirm, cancel) => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const { bookId, address } = await soldOutBook(shop)
    const visitor = await shop.visit({ locale })
    const { page } = visitor
    visitor.allowBrowserErrors(noIcon)
    await page.goto(address)
    await leaveAddress(page, email)
    await page.getByText('a link to confirm the pre-booking').waitFor()
    await page.goto(await mails.link(email, 'confirm'))
    await expectSoundView(page, `mail-confirm-${locale}`)
    await page.getByRole('button', { name: confirm }).click()
    await page.locator('a.button').waitFor()
    await expectSoundView(page, `mail-confirmed-${locale}`)
    await page.locator('a.button').click()
    await page.locator('summary').and(page.getByLabel(cancel)).click()
    await expectSoundView(page, `mail-manage-${locale}`)
    await page.locator('button[value=cancel]').click()
    await page.getByRole('status').waitFor()
    expect((await shop.admin.books.waitlist.query({ bookId })).waiting).toBe(0)
    await page.locator('button[value=erase]').click()
    await expectSoundView(page, `mail-erase-${locale}`)
    await page.locator('button[value=erase-all]').click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect((await shop.admin.users.list.query({ query: email })).items).toEqual([])
  })

  test('sees good news, not an error, when the book came back in the meantime', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const { bookId, address } = await soldOutBook(shop)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(noIcon)
    visitor.allowBrowserErrors(/status of 409/)
    await page.goto(address)
    await leaveAddress(page, email)
    await page.getByText('a link to confirm the pre-booking').waitFor()
    await page.reload()
    await page.getByLabel('E-mail address').fill('late@readers.example')
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await page.getByRole('button', { name: 'E-mail me the link' }).click()
    await page.getByText('You do not need to pre-book it.').waitFor()

    await page.goto(await mails.link(email, 'confirm'))
    await page.getByRole('heading', { name: 'This book is in stock' }).waitFor()
    await expectSoundView(page, 'mail-confirm-in-stock')
    await page.getByRole('link', { name: 'View book' }).click()
    await page.getByRole('heading', { name: 'In stock: 1 copy' }).waitFor()
  })

  test('is offered an account when the shop cannot send e-mails', async () => {
    await using shop = await startBrowserShop()
    const { address } = await soldOutBook(shop)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 503/)
    await page.goto(address)
    await leaveAddress(page, email)
    await page.getByText('Pre-book with an account instead.').waitFor()
    await expectSoundView(page, 'book-guest-without-mail')
    await page.getByRole('button', { name: 'Pre-book with an account' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  })

  test('solves the challenge of a shop that asks for one, and a program that fills in every field gets no mail', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: { ...mails.env, REQUEST_PROOF: '2000' } })
    const { address } = await soldOutBook(shop)
    const { page } = await shop.visit()
    await page.goto(address)
    await page.locator('input[name=website]').evaluate((input: HTMLInputElement) => {
      input.value = 'https://spam.example'
    })
    await leaveAddress(page, 'program@readers.example')
    await page.getByText('a link to confirm the pre-booking').waitFor()
    await page.reload()
    await leaveAddress(page, email)
    await page.getByText('a link to confirm the pre-booking').waitFor()
    await mails.link(email, 'confirm')
    expect(mails.recipients()).toEqual([email])
  })
})
