import { expect, test } from 'vitest'
import { fillQueues, openAsAdmin } from './testing/admin-setup.ts'
import { fillShelves } from './testing/books.ts'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('admin books', () => {
  test('can be searched, edited and added, with errors at their fields', async () => {
    await using shop = await startBrowserShop()
    const books = await fillShelves(shop.admin)
    const visitor = await shop.visit()
    const { page } = visitor
    // Expected: a conflict, and an ISBN with a wrong check digit.
    visitor.allowBrowserErrors(/status of 40[09]/)
    await openAsAdmin(shop, page, '/admin/books')
    await page.getByRole('link', { name: 'Dune' }).waitFor()
    await expectSoundView(page, 'admin-books')
    await page.getByRole('searchbox', { name: 'Title, author or ISBN' }).fill('pippi')
    await page.keyboard.press('Enter')
    await page.waitForURL('/admin/books?query=pippi')
    await page.getByRole('link', { name: 'Dune' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Pippi Longstocking' }).click()
    await page.getByRole('heading', { level: 1, name: 'Pippi Longstocking' }).waitFor()
    await page.getByText('No stock changes yet.').waitFor()

    const price = page.getByLabel('Price')
    expect(await price.inputValue()).toBe('9.99')
    await price.fill('free')
    await page.getByLabel('Title', { exact: true }).fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Must be a price such as 19.99.').waitFor()
    await page.getByText('Enter a title.').waitFor()
    expect(
      await page.getByLabel('Title', { exact: true }).evaluate((field) => field === document.activeElement),
    ).toBe(true)
    await expectSoundView(page, 'admin-book-wrong')
    await price.fill('10,50')
    await page.getByLabel('Title', { exact: true }).fill('Pippi Långstrump')
    await page.getByLabel('ISBN (optional)').fill('978-0-441-01359-3')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const isbn = page.getByLabel('ISBN (optional)')
    await expect.poll(() => isbn.getAttribute('aria-invalid')).toBe('true')
    await page.getByText('Another book already has this ISBN.').waitFor()
    await isbn.fill('9780441013594')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('including the check digit').waitFor()
    await isbn.fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Pippi Långstrump was saved').waitFor()
    await page.getByRole('heading', { level: 1, name: 'Pippi Långstrump' }).waitFor()
    const id = books.get('Pippi Longstocking')?.id ?? 0
    expect(await shop.admin.books.get.query({ bookId: id })).toMatchObject({
      title: 'Pippi Långstrump',
      priceCents: 1050,
      isbn: null,
    })

    await page.getByRole('link', { name: 'Books', exact: true }).click()
    await page.getByRole('link', { name: 'Add a book' }).click()
    await page.getByRole('heading', { level: 1, name: 'Add a book' }).waitFor()
    await expectSoundView(page, 'admin-book-new')
    await page.getByLabel('Title', { exact: true }).fill('Momo')
    await page.getByLabel('Author', { exact: true }).fill('Michael Ende')
    await page.getByLabel('Price').fill('12')
    await page.getByLabel('Description (optional)').fill('Grey men steal time.\n\nA girl listens.')
    await page.getByLabel('Copies in stock').fill('3')
    await page.getByRole('button', { name: 'Add book' }).dblclick()
    await page.getByRole('heading', { level: 1, name: 'Momo' }).waitFor()
    await page.getByRole('heading', { name: '3 copies in stock' }).waitFor()
    const { items } = await shop.admin.books.list.query({ query: 'momo' })
    expect(items).toMatchObject([
      { priceCents: 1200, stockQuantity: 3, description: expect.stringContaining('\n') },
    ])
  })

  test('show the stock history: every change and the readers notified', async () => {
    await using shop = await startBrowserShop()
    const books = await fillQueues(shop, 3)
    const bookId = books.get('Dune') ?? 0
    const set = (quantity: number) =>
      shop.admin.stock.set.mutate({ bookId, quantity, note: `Now ${quantity}` })
    for (const quantity of [12, 9, 4, 0]) await set(quantity)
    for (let count = 1; count <= 8; count += 1) await set(count)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 409/)
    await openAsAdmin(shop, page, `/admin/books/${bookId}`)
    const plot = page.getByRole('img', { name: 'Copies in stock over time' })
    await plot.waitFor()
    const description = (await plot.locator('desc').textContent()) ?? ''
    expect(description).toContain(': 12, 9, 4, 0, 1, 2,')
    expect(description.match(/Readers notified: \d+/g)).toEqual(['Readers notified: 3'])
    const table = page.getByRole('table', { name: 'stock changes' })
    expect(await table.getByRole('row').nth(1).innerText()).toContain('Now 8')
    await expectSoundView(page, 'admin-book')
    await page.getByRole('link', { name: 'Older changes' }).click()
    await table.getByText('3 readers').waitFor()
    expect(await table.getByRole('row').count()).toBe(3)

    await page.getByRole('button', { name: 'Change stock' }).click()
    const dialog = page.getByRole('dialog', { name: 'Dune' })
    await dialog.getByText('There are 8 copies in stock.').waitFor()
    await dialog.getByLabel('Copies to add').fill('-9')
    await expect.poll(() => dialog.getByRole('status').innerText()).toBe('Not enough copies in stock')
    await dialog.getByLabel('Copies to add').fill('-8')
    await expect.poll(() => dialog.getByRole('status').innerText()).toContain('From 8 to 0 copies: sold out.')
    await dialog.getByRole('button', { name: 'Change stock' }).click()
    await dialog.getByText('From 8 to 0 copies.').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('heading', { name: 'No copies in stock' }).waitFor()
    await expect.poll(() => plot.locator('desc').textContent()).toContain('8, 0.')
  })

  test('that do not exist show a not-found page', async () => {
    await using shop = await startBrowserShop()
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 404/)
    await openAsAdmin(shop, page, '/admin/books/999')
    await page.getByRole('heading', { name: 'Book not found' }).waitFor()
    await page.goto('/admin/books/nonsense')
    await page.getByRole('heading', { name: 'Page not found' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/admin/books/nonsense')
  })
})
