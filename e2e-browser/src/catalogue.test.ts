import { expect, test } from 'vitest'
import { fillShelves } from './testing/books.ts'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('the catalogue', () => {
  test('searches while typing, and the address keeps the search across reloads and the back button', async () => {
    await using shop = await startBrowserShop()
    await fillShelves(shop.admin)
    const { page } = await shop.visit()
    await page.goto('/')
    await page.getByRole('link', { name: /Dune/ }).waitFor()
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(5)

    // A title that is a number stays text.
    await page.getByRole('combobox').pressSequentially('1984', { delay: 20 })
    await page.waitForURL('/?query=1984')
    await page.getByRole('heading', { level: 1, name: '“1984”' }).waitFor()
    await page.getByRole('link', { name: /Dune/ }).waitFor({ state: 'detached' })

    await page.reload()
    await page.getByRole('link', { name: /George Orwell/ }).waitFor()
    expect(await page.getByRole('combobox').inputValue()).toBe('1984')

    await page.getByRole('link', { name: /George Orwell/ }).click()
    await page.getByRole('heading', { level: 1, name: '1984' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: '“1984”' }).waitFor()
    expect(await page.getByRole('combobox').inputValue()).toBe('1984')

    await page.getByRole('combobox').fill('no such book')
    await page.getByRole('heading', { name: 'No results for “no such book”' }).waitFor()
    await expectSoundView(page, 'catalogue-nothing-found')
    await page.getByRole('link', { name: 'Show all books' }).click()
    await page.getByRole('link', { name: /Dune/ }).waitFor()
    expect(await page.getByRole('combobox').inputValue()).toBe('')
  })

  test('ignores parameters that it does not know, such as those of a newsletter', async () => {
    await using shop = await startBrowserShop()
    await fillShelves(shop.admin)
    const { page } = await shop.visit()
    await page.goto('/?utm_source=news&query=dune')
    await page.getByRole('link', { name: /Dune/ }).waitFor()
    await page.waitForURL('/?query=dune')
    await page.goto('/sign-in?redirect=%2Fprebookings&utm_source=news')
    await page.waitForURL('/sign-in?redirect=%2Fprebookings')
    expect(new URL(page.url()).searchParams.has('utm_source')).toBe(false)
  })

  test('filters by stock', async () => {
    await using shop = await startBrowserShop()
    await fillShelves(shop.admin)
    const { page } = await shop.visit()
    await page.goto('/')
    const filter = page.getByRole('navigation', { name: 'Filter by stock' })
    await filter.getByRole('link', { name: 'Sold out' }).click()
    await page.waitForURL('/?inStock=false')
    await page.getByRole('link', { name: /Orwell/ }).waitFor({ state: 'detached' })
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(2)
    expect(await filter.locator('[aria-current]').innerText()).toBe('Sold out')

    await filter.getByRole('link', { name: 'In stock' }).click()
    await page.getByRole('link', { name: /Dune/ }).waitFor({ state: 'detached' })
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(3)
  })

  test('keeps its pages in the address, forwards and back', async () => {
    await using shop = await startBrowserShop()
    await fillShelves(shop.admin, 50)
    const { page, openTab } = await shop.visit()
    await page.goto('/')
    const pages = page.getByRole('navigation', { name: 'Pages of the catalogue' })
    const first = page.getByRole('main').getByRole('listitem').first()
    await pages.getByText('Page 1').waitFor()
    const onFirst = await first.innerText()
    await expectSoundView(page, 'catalogue')

    await pages.getByRole('link', { name: 'More books' }).click()
    await pages.getByText('Page 2').waitFor()
    await page.reload()
    await pages.getByText('Page 2').waitFor()
    await expect.poll(() => first.innerText()).not.toBe(onFirst)
    const onSecond = await first.innerText()
    await pages.getByRole('link', { name: 'More books' }).click()
    await pages.getByText('Page 3').waitFor()
    await expect.poll(() => page.getByRole('main').getByRole('listitem').count()).toBe(7)
    await pages.getByRole('link', { name: 'Back' }).click()
    await pages.getByText('Page 2').waitFor()
    await expect.poll(() => first.innerText()).toBe(onSecond)

    // An address opened directly: the page is known, the previous pages are not.
    const other = await openTab()
    await other.goto(page.url())
    await other.getByText('Later page').waitFor()
    await other.getByRole('link', { name: 'First page' }).click()
    await other.getByText('Page 1').waitFor()
    await expect.poll(() => other.getByRole('main').getByRole('listitem').first().innerText()).toBe(onFirst)
  })

  test('shows an error without the API, and recovers when it is back', async () => {
    await using shop = await startBrowserShop()
    await fillShelves(shop.admin)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/ERR_FAILED|ERR_CONNECTION|Failed to load/)
    await page.goto('/')
    await page.getByRole('link', { name: /Dune/ }).waitFor()
    await page.route('**/trpc/**', (route) => route.abort())
    await page.getByRole('link', { name: 'Sold out', exact: true }).click()
    await page.getByRole('heading', { name: 'Cannot reach the shop' }).waitFor()
    await expectSoundView(page, 'catalogue-unreachable')
    await page.unroute('**/trpc/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: /Pippi/ }).waitFor()
  })
})
