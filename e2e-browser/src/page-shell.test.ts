import { expect, test } from 'vitest'
import { fillShelves } from './testing/books.ts'
import { expectVisibleFocus, focused, tabTo } from './testing/keyboard.ts'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('the page shell', () => {
  test('shows a book at the address that e-mails link to, and a not-found page for others', async () => {
    await using shop = await startBrowserShop()
    const books = await fillShelves(shop.admin)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 404/)
    await page.goto(`/books/${books.get('Pippi Longstocking')?.id}`)
    await page.getByText('Villa Villekulla').waitFor()
    expect(await page.title()).toBe('Pippi Longstocking · Prebook')
    await expectSoundView(page, 'book')
    await page.goto('/books/999')
    await page.getByRole('heading', { name: 'Book not found' }).waitFor()
    await expectSoundView(page, 'book-not-found')
    for (const address of ['/books/abc', '/nowhere/at/all']) {
      await page.goto(address)
      await page.getByRole('heading', { name: 'Page not found' }).waitFor()
    }
    await expectSoundView(page, 'not-found')
  })

  test('follows the system theme until the reader chooses one, which applies before the first paint', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit({ colorScheme: 'dark' })
    await page.goto('/')
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await paper()
    await page.getByRole('button', { name: 'Switch to light theme' }).click()
    expect(await scheme()).toBe('light')
    expect(await paper()).not.toBe(dark)
    // The theme also applies without the main script, since it is set before that script loads.
    await page.route('**/assets/*.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }))
    await page.reload()
    expect(await scheme()).toBe('light')
    await page.unroute('**/assets/*.js')
    await page.reload()
    await page.getByRole('button', { name: 'Switch to dark theme' }).waitFor()
  })

  test('finds a book, signs in and signs out with the keyboard alone', async () => {
    await using shop = await startBrowserShop()
    await fillShelves(shop.admin)
    const ada = await shop.createReader('ada')
    const { page } = await shop.visit()
    await page.goto('/')
    await page.getByRole('link', { name: /Dune/ }).waitFor()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to content')
    await tabTo(page, 'Search by title, author or ISBN')
    await page.keyboard.type('dune')
    await page.waitForURL('/?query=dune')
    await page.getByRole('link', { name: /1984/ }).waitFor({ state: 'detached' })
    await tabTo(page, 'Dune')
    await expectVisibleFocus(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Dune' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Dune')

    await tabTo(page, 'Sign in', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await tabTo(page, 'E-mail address')
    await page.keyboard.type(ada.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Dune' }).waitFor()
    await tabTo(page, `Account menu for ${ada.email}`, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sign out' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('Enter')
    await tabTo(page, 'Sign out')
    await expectVisibleFocus(page)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
  })
})
