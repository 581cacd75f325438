import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fillShelves } from './testing/books.ts'
import { inBrowser, startBrowserShop, type Shop } from './testing/browser-shop.ts'
import { focused } from './testing/keyboard.ts'
import { expectSoundView } from './testing/views.ts'

const openBook = async (shop: Shop) => {
  const books = await fillShelves(shop.admin)
  const { page } = await shop.visit()
  // Not the catalogue, which shows results while one types.
  await page.goto(`/books/${books.get('1984')?.id}`)
  await page.getByRole('heading', { level: 1, name: '1984' }).waitFor()
  return { page, field: page.getByRole('combobox'), options: page.getByRole('option') }
}

/** The text of the option that the field names as active; null without one. */
const active = (page: Page) =>
  page.getByRole('combobox').evaluate((field) => {
    const id = field.getAttribute('aria-activedescendant')
    const option = id === null ? null : document.querySelector(`[id="${id}"]`)
    return option?.getAttribute('aria-selected') === 'true' ? option.textContent : null
  })

inBrowser('the search field', () => {
  test('suggests books while one types, and opens one with the keyboard alone', async () => {
    await using shop = await startBrowserShop()
    const { page, field, options } = await openBook(shop)
    await field.focus()
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.type('the lef')
    await options.first().waitFor()
    expect(await field.getAttribute('aria-expanded')).toBe('true')
    expect(await options.allInnerTexts()).toEqual([expect.stringContaining('The Left Hand of Darkness')])
    await page.getByRole('status').getByText('1 suggestion.').waitFor()
    expect(await active(page)).toBeNull()

    await page.keyboard.press('ArrowDown')
    expect(await active(page)).toContain('The Left Hand of Darkness')
    // The text stays, and the focus too.
    expect(await field.inputValue()).toBe('the lef')
    expect(await focused(page)).toBe('Search by title, author or ISBN')
    await expectSoundView(page, 'search-suggestions')
    await page.keyboard.press('ArrowDown')
    expect(await active(page)).toBeNull()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'The Left Hand of Darkness' }).waitFor()
    expect(await field.inputValue()).toBe('')
    expect(await options.count()).toBe(0)
  })

  test('searches with Enter without a choice, and closes the list with Escape', async () => {
    await using shop = await startBrowserShop()
    const { page, field, options } = await openBook(shop)
    await field.pressSequentially('pippi')
    await options.first().waitFor()
    await field.press('Escape')
    await options.first().waitFor({ state: 'hidden' })
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    expect(await field.inputValue()).toBe('pippi')
    await field.press('Enter')
    await page.waitForURL('/?query=pippi')
    await page.getByRole('heading', { level: 1, name: '\u201cpippi\u201d' }).waitFor()
    expect(await options.count()).toBe(0)
  })

  test('opens a book with a click, and closes the list when the field loses the focus', async () => {
    await using shop = await startBrowserShop()
    const { page, field, options } = await openBook(shop)
    await field.fill('978-0-441-0')
    await options.getByText('Dune').waitFor()
    await page.getByRole('heading', { level: 1, name: '1984' }).click()
    await options.first().waitFor({ state: 'hidden' })
    await field.fill('978-0-441-01')
    await options.getByText('Dune').click()
    await page.getByRole('heading', { level: 1, name: 'Dune' }).waitFor()
    expect(await options.count()).toBe(0)
  })

  test('says for which words it shows results when a typing error was corrected', async () => {
    await using shop = await startBrowserShop()
    const { page, field, options } = await openBook(shop)
    await field.fill('lingdren')
    await options.getByText('Pippi Longstocking').waitFor()
    await page.locator('.suggestions').getByText('Showing results for lindgren').waitFor()
    await expectSoundView(page, 'search-suggestions-corrected')
    await field.press('Enter')
    const note = page
      .getByRole('main')
      .getByText('Showing results for lindgren. No book matches \u201clingdren\u201d.')
    await note.waitFor()
    await page.getByRole('main').getByRole('link', { name: /Pippi/ }).waitFor()
    await expectSoundView(page, 'catalogue-corrected')
  })

  test('gives up the request for an older text, and announces that there is none', async () => {
    await using shop = await startBrowserShop()
    const { page, field, options } = await openBook(shop)
    const ofDune = /books\.suggest.*%22dune%22/
    // The answer never comes.
    await page.route(ofDune, () => {})
    const asked = page.waitForRequest(ofDune)
    const givenUp = page.waitForEvent('requestfailed', (request) => ofDune.test(request.url()))
    await field.fill('dune')
    await asked
    await field.fill('pippi')
    await options.getByText('Pippi Longstocking').waitFor()
    await givenUp
    expect(await options.allInnerTexts()).toEqual([expect.stringContaining('Pippi Longstocking')])
    await field.fill('zzzzzz')
    await page.getByRole('status').getByText('No suggestions.').waitFor()
    expect(await options.count()).toBe(0)
    await page.unroute(ofDune)
  })

  test('searches although suggestions fail', async () => {
    await using shop = await startBrowserShop()
    const books = await fillShelves(shop.admin)
    const visitor = await shop.visit()
    const { page } = visitor
    await page.goto(`/books/${books.get('1984')?.id}`)
    await page.getByRole('heading', { level: 1, name: '1984' }).waitFor()
    visitor.allowBrowserErrors(/Failed to load resource/)
    await page.route(/books\.suggest/, (route) => route.abort())
    const failed = page.waitForEvent('requestfailed')
    await page.getByRole('combobox').fill('pippi')
    await failed
    await page.getByRole('combobox').press('Enter')
    await page.getByRole('main').getByRole('link', { name: /Pippi/ }).waitFor()
    expect(new URL(page.url()).search).toBe('?query=pippi')
    await page.unroute(/books\.suggest/)
  })
})
