import { spawnApi } from '@prebook/testing/api'
import { expect, test } from 'vitest'
import { clientOf, openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, startBrowserShop, type Shop } from './testing/browser-shop.ts'
import { listItem, soldOutBook, visitAs } from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

/** The time zones between which the day always differs: 11 hours behind UTC, and 14 ahead. */
const BEHIND = 'Pacific/Pago_Pago'
const AHEAD = 'Pacific/Kiritimati'

const nextYear = new Date().getFullYear() + 1

const startShop = () => startBrowserShop({ env: { SHOP_TIMEZONE: BEHIND } })
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: BEHIND }).format(new Date())

/** Restarts the shop when its day is over. */
async function restartTomorrow(shop: Shop) {
  await shop.api.stop()
  return spawnApi({
    databaseUrl: shop.api.databaseUrl,
    env: { PORT: new URL(shop.url).port, SHOP_TIMEZONE: AHEAD },
  })
}

/** The requests of open pages while the shop restarts. */
const whileRestarting =
  /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY|Failed to load/

inBrowser('an expected date', () => {
  test('is shown with its precision while the book is sold out, and gone once it is past', async () => {
    await using shop = await startShop()
    const { bookId, address } = await soldOutBook(shop)
    const visitor = await visitAs(shop, 'ada', address)
    const { page, client } = visitor
    visitor.allowBrowserErrors(whileRestarting)
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    expect(await page.getByText('Due').count()).toBe(0)
    for (const [expectedOn, text] of [
      [`${nextYear}-spring`, `Due in spring ${nextYear}`],
      [`${nextYear}-03`, `Due March ${nextYear}`],
      [`${nextYear}-03-12`, `Due 12 March ${nextYear}`],
    ] as const) {
      await shop.admin.books.expect.mutate({ bookId, expectedOn })
      await page.reload()
      await page.getByText(text, { exact: true }).waitFor()
    }
    await expectSoundView(page, 'book-expected')
    await client.prebooks.create.mutate({ bookId })
    await page.goto('/prebookings')
    await listItem(page, 'Dune').getByText(`12 March ${nextYear}`, { exact: true }).waitFor()
    await expectSoundView(page, 'prebookings-expected')
    // A change is shown without a reload.
    await shop.admin.books.expect.mutate({ bookId, expectedOn: today() })
    await listItem(page, 'Dune').getByText(`12 March ${nextYear}`).waitFor({ state: 'detached' })
    await listItem(page, 'Dune').getByText('Due', { exact: true }).waitFor()
    await page.goto('/')
    await page
      .getByRole('link', { name: /Frank Herbert/ })
      .getByText(/^Due \d/)
      .waitFor()
    await expectSoundView(page, 'catalogue-expected')

    await using _ = await restartTomorrow(shop)
    for (const path of ['/', address, '/prebookings']) {
      await page.goto(path)
      await page.getByText('Frank Herbert').first().waitFor()
      expect(await page.getByText(/^Due/).count(), path).toBe(0)
    }
  })

  test('is set by staff to a day, a month or a season, and removed', async () => {
    await using shop = await startShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await clientOf(shop, await shop.createReader('ada'))
    await ada.prebooks.create.mutate({ bookId })
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 400/)
    await openAsAdmin(shop, page, `/admin/books/${bookId}`)
    const form = page.getByRole('region', { name: 'Availability' })
    await form.getByText('Readers see no date.').waitFor()
    await form.getByRole('button', { name: 'Save date' }).click()
    await form.getByText('Choose a day.').waitFor()
    await form.getByLabel('Day', { exact: true }).last().fill('2020-03-12')
    await form.getByRole('button', { name: 'Save date' }).click()
    await form.getByText(/past/).waitFor()
    await expectSoundView(page, 'admin-expected-wrong')
    await form.getByLabel('Day', { exact: true }).last().fill(`${nextYear}-03-12`)
    await form.getByRole('button', { name: 'Save date' }).dblclick()
    await form.getByText(`Readers see: 12 March ${nextYear}.`).waitFor()
    await page.getByText('1 reader gets an e-mail in 15 minutes, unless it changes again.').waitFor()

    await form.getByRole('radio', { name: 'Month' }).check()
    await form.getByRole('combobox', { name: 'Month' }).selectOption(`April ${nextYear}`)
    await form.getByRole('button', { name: 'Save date' }).click()
    await form.getByText(`Readers see: April ${nextYear}.`).waitFor()
    await form.getByRole('radio', { name: 'Season' }).check()
    await form.getByRole('combobox', { name: 'Season' }).selectOption(`spring ${nextYear}`)
    await expectSoundView(page, 'admin-expected')
    await form.getByRole('button', { name: 'Save date' }).click()
    await form.getByText(`Readers see: spring ${nextYear}.`).waitFor()
    await form.getByRole('button', { name: 'Remove date' }).click()
    await form.getByText('Readers see no date.').waitFor()
    expect(await shop.admin.books.get.query({ bookId })).toMatchObject({ expectedOn: null })
  })

  test('that has passed puts the book on the list of overdue ones', async () => {
    await using shop = await startShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await clientOf(shop, await shop.createReader('ada'))
    await ada.prebooks.create.mutate({ bookId })
    await shop.admin.books.expect.mutate({ bookId, expectedOn: today() })
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(whileRestarting)
    await openAsAdmin(shop, page, '/admin/overdue')
    await page.getByRole('heading', { name: 'No overdue books' }).waitFor()
    await expectSoundView(page, 'admin-overdue-none')
    await using _ = await restartTomorrow(shop)
    await page.goto('/admin/demand')
    await page.getByRole('table').getByText('Overdue').waitFor()
    await expectSoundView(page, 'admin-demand-overdue')
    await page.goto('/admin/overdue')
    await page
      .getByRole('table', { name: 'overdue books' })
      .getByRole('link', { name: 'Dune', exact: true })
      .waitFor()
    await expectSoundView(page, 'admin-overdue')
    await page.getByRole('link', { name: 'Change date: Dune' }).click()
    const form = page.getByRole('region', { name: 'Availability' })
    await form.getByText('Was due:').waitFor()
    await expectSoundView(page, 'admin-book-overdue')
    await form.getByRole('radio', { name: 'Season' }).check()
    await form.getByRole('combobox', { name: 'Season' }).selectOption(`summer ${nextYear}`)
    await form.getByRole('button', { name: 'Save date' }).click()
    await form.getByText(`Readers see: summer ${nextYear}.`).waitFor()
    await page.getByRole('link', { name: 'Overdue' }).click()
    await page.getByRole('heading', { name: 'No overdue books' }).waitFor()
  })
})
