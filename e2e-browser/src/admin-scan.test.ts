import { isbnOf } from '@prebook/testing/isbn'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, signIn, startBrowserShop, type Shop } from './testing/browser-shop.ts'
import { expectVisibleFocus, focused, tabTo } from './testing/keyboard.ts'
import { addNumberedBooks, addWaitingReaders, beep } from './testing/scanning.ts'
import { expectSoundView } from './testing/views.ts'

const PRODUCT = '4006381333931'

async function openScan(shop: Shop, page: Page): Promise<void> {
  await openAsAdmin(shop, page, '/admin/scan')
  await page.getByText('Scan the first barcode.').waitFor()
}

/** The counted titles with their copies, as they are listed. */
function counts(page: Page): Promise<string[]> {
  return page
    .getByRole('table', { name: 'Scanned titles' })
    .getByRole('textbox')
    .evaluateAll((fields) =>
      fields.map(
        (field) =>
          `${field.getAttribute('aria-label')?.replace('Copies of ', '')}: ${(field as HTMLInputElement).value}`,
      ),
    )
}

const bigTitle = (page: Page) => page.locator('.scan-last')
const stockOf = async (shop: Shop, number: number) =>
  (await shop.admin.books.get.query({ isbn: isbnOf(number) })).stockQuantity

inBrowser('a delivery', () => {
  test('is counted by scanning, previewed and restocked', async () => {
    await using shop = await startBrowserShop()
    const ids = await addNumberedBooks(shop.admin, 4)
    await shop.admin.books.withdraw.mutate({ bookId: ids[3] ?? 0 })
    await addWaitingReaders(shop, 3, ids.slice(0, 2))
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of (404|207)/)
    await openScan(shop, page)
    expect(await focused(page)).toBe('Barcode or ISBN')
    await expectSoundView(page, 'admin-scan-empty')

    await beep(page, isbnOf(0), isbnOf(1), isbnOf(0), 'ISBN 978-0-00000-002-6', isbnOf(3), isbnOf(0))
    await expect.poll(() => bigTitle(page).innerText()).toBe('Book 0\n\n3 copies')
    expect(await bigTitle(page).getAttribute('role')).toBe('status')
    await expect.poll(() => counts(page)).toEqual(['Book 0: 3', 'Book 3: 1', 'Book 2: 1', 'Book 1: 1'])
    await page.getByText('Withdrawn', { exact: true }).waitFor()

    await beep(page, isbnOf(77), PRODUCT, '9780441013594')
    await expect.poll(() => bigTitle(page).innerText()).toContain('The check digit is wrong.')
    const unknown = page.getByRole('table', { name: 'Codes that are not in the catalogue' })
    expect(await unknown.getByRole('row').allInnerTexts()).toMatchObject([
      expect.anything(),
      expect.stringContaining('9780441013594'),
      expect.stringContaining('barcode of another product'),
      expect.stringContaining('No book in the catalogue has this ISBN.'),
    ])
    await expectSoundView(page, 'admin-scan')

    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => bigTitle(page).innerText()).toContain('Undone: 9780441013594')
    await unknown.getByText('9780441013594').waitFor({ state: 'detached' })
    await page.getByLabel('Copies of Book 1').fill('40')
    await page.getByLabel('Copies of Book 1').press('Enter')
    await page.getByRole('button', { name: 'Remove Book 2' }).click()
    await expect.poll(() => counts(page)).toEqual(['Book 0: 3', 'Book 3: 1', 'Book 1: 40'])
    expect(await focused(page)).toBe('Barcode or ISBN')

    await page.reload()
    await expect.poll(() => counts(page)).toEqual(['Book 0: 3', 'Book 3: 1', 'Book 1: 40'])
    await unknown.getByText(PRODUCT).waitFor()

    await page.getByRole('button', { name: 'Preview' }).click()
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview
      .getByText('44 copies of 3 titles. 3 titles come back in stock. 6 readers will be notified.')
      .waitFor()
    expect(await stockOf(shop, 0)).toBe(0)
    await expectSoundView(page, 'admin-scan-preview')
    // A beep that comes while a button has the focus presses no button, and makes the preview out of date.
    await preview.getByRole('button', { name: 'Restock all' }).focus()
    await beep(page, isbnOf(2))
    await page.getByText('The delivery has changed since the preview.').waitFor()
    await preview.waitFor({ state: 'detached' })
    expect(await stockOf(shop, 0)).toBe(0)

    await page.getByRole('button', { name: 'Preview' }).click()
    await preview.getByLabel('Note (optional)').fill('Box 7')
    await preview.getByRole('button', { name: 'Restock all' }).dblclick()
    await page.getByText('6 readers notified').waitFor()
    await page.getByText('45 copies of 4 titles added to the stock.').waitFor()
    await expectSoundView(page, 'admin-scan-done')
    expect(await Promise.all([0, 1, 2, 3].map((number) => stockOf(shop, number)))).toEqual([3, 40, 1, 1])
    const history = await shop.admin.stock.history.query({ bookId: ids[0] ?? 0 })
    expect(history.items).toMatchObject([{ delta: 3, note: 'Box 7', broadcast: { notified: 3 } }])
    // What is not in the catalogue is still there.
    await unknown.getByText(PRODUCT).waitFor()
    expect(await counts(page)).toEqual([])
  })

  test('takes a barcode wherever the focus is, also in the field of another count', async () => {
    await using shop = await startBrowserShop()
    await addNumberedBooks(shop.admin, 2)
    const { page } = await shop.visit()
    await openScan(shop, page)
    await beep(page, isbnOf(0))
    await page.getByRole('button', { name: 'Remove Book 0' }).focus()
    await beep(page, isbnOf(1))
    await expect.poll(() => counts(page)).toEqual(['Book 1: 1', 'Book 0: 1'])
    await page.getByLabel('Copies of Book 0').focus()
    await beep(page, isbnOf(1))
    await expect.poll(() => counts(page)).toEqual(['Book 1: 2', 'Book 0: 1'])
    await page.getByLabel('Copies of Book 0').fill('many')
    await page.keyboard.press('Enter')
    expect(await page.getByLabel('Copies of Book 0').getAttribute('aria-invalid')).toBe('true')
    await page.getByLabel('Copies of Book 0').fill('0')
    await page.keyboard.press('Enter')
    await expect.poll(() => counts(page)).toEqual(['Book 1: 2'])

    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.type(isbnOf(0))
    expect(await focused(page)).toBe('Barcode or ISBN')
    await page.keyboard.press('Enter')
    await expect.poll(() => counts(page)).toEqual(['Book 0: 1', 'Book 1: 2'])
    const list = `${isbnOf(1)}\r\n${isbnOf(0)}\n${isbnOf(0)}\n`
    await page.getByLabel('Barcode or ISBN').evaluate((field, text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', text)
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, list)
    await expect.poll(() => counts(page)).toEqual(['Book 0: 3', 'Book 1: 3'])
    await tabTo(page, 'Undo')
    await expectVisibleFocus(page)
    await page.keyboard.press('Enter')
    await expect.poll(() => counts(page)).toEqual(['Book 0: 2', 'Book 1: 3'])

    await page.getByRole('button', { name: 'Discard' }).click()
    const question = page.getByRole('dialog', { name: 'Discard what you have scanned?' })
    await question.waitFor()
    await expectSoundView(page, 'admin-scan-discard')
    await question.getByRole('button', { name: 'Discard' }).click()
    await page.getByText('Scan the first barcode.').waitFor()
  })

  test('loses no beep, in their order, while titles are not answered', async () => {
    await using shop = await startBrowserShop()
    await addNumberedBooks(shop.admin, 30)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/ERR_FAILED|Failed to load/)
    await openScan(shop, page)
    await page.route('**/trpc/books.get*', (route) => route.abort())
    const order = Array.from({ length: 60 }, (_, beepNumber) => (beepNumber * 7) % 30)
    await beep(page, ...order.map((number) => isbnOf(number)))
    await page.getByText('The shop does not answer. Go on scanning').waitFor()
    await page.getByText('60 copies of 30 titles').waitFor()
    await expectSoundView(page, 'admin-scan-unreachable')
    await page.reload()
    await page.getByText('60 copies of 30 titles').waitFor()
    await page.unroute('**/trpc/books.get*')
    await expect
      .poll(() => counts(page))
      .toEqual(
        order
          .slice(30)
          .toReversed()
          .map((number) => `Book ${number}: 2`),
      )
  })

  test('is counted once although the connection is lost and the page reloaded', async () => {
    await using shop = await startBrowserShop()
    const ids = await addNumberedBooks(shop.admin, 2)
    await addWaitingReaders(shop, 2, ids)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/ERR_FAILED|Failed to load/)
    await openScan(shop, page)
    await beep(page, isbnOf(0), isbnOf(1), isbnOf(1))
    await page.getByText('3 copies of 2 titles').waitFor()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('4 readers will be notified.').waitFor()
    // The shop carries it out, and its answer is lost.
    await page.route('**/trpc/stock.batch*', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await page.getByRole('button', { name: 'Restock all' }).click()
    await page.getByText('You can safely send it again').waitFor()
    expect(await page.getByRole('button', { name: 'Back to counting' }).count()).toBe(0)
    await expectSoundView(page, 'admin-scan-unanswered')
    await beep(page, isbnOf(0))
    await page.unroute('**/trpc/stock.batch*')
    await page.reload()
    await page.getByText('1 copy of 1 title').waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('4 readers notified').waitFor()
    await expect.poll(() => counts(page)).toEqual(['Book 0: 1'])
    expect(await Promise.all([stockOf(shop, 0), stockOf(shop, 1)])).toEqual([1, 2])
  })

  test('that the shop refuses as a whole goes back to counting', async () => {
    await using shop = await startBrowserShop()
    await addNumberedBooks(shop.admin, 1)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 400/)
    await openScan(shop, page)
    await beep(page, isbnOf(0))
    await page.getByText('1 copy of 1 title').waitFor()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('button', { name: 'Restock all' }).waitFor()
    await page.route('**/trpc/stock.batch*', (route) => route.continue({ postData: '{"lines":[]}' }))
    await page.getByRole('button', { name: 'Restock all' }).click()
    await page.getByRole('alert').waitFor()
    await expectSoundView(page, 'admin-scan-refused')
    await page.getByRole('button', { name: 'Back to counting' }).click()
    await expect.poll(() => counts(page)).toEqual(['Book 0: 1'])
  })

  test('is for staff and admins; sounds can be turned off for good', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const { page } = await shop.visit()
    await page.goto('/')
    await signIn(page, ada)
    await page.goto('/admin/scan')
    await page.waitForURL('/')
    const { items } = await shop.admin.users.list.query({ query: ada.email })
    await shop.admin.users.setRole.mutate({ userId: items[0]?.id ?? 0, role: 'staff' })
    await page.goto('/admin/scan')
    await page.getByText('Scan the first barcode.').waitFor()
    await page.getByRole('switch', { name: 'Sound' }).click()
    await page.reload()
    const sound = page.getByRole('switch', { name: 'Sound' })
    expect(await sound.getAttribute('aria-checked')).toBe('false')
  })
})
