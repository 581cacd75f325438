import { createClient } from '@prebook/client'
import { expect, test } from 'vitest'
import { expectVisibleFocus, focused, tabTo } from './testing/keyboard.ts'
import { inBrowser, startBrowserShop, signIn } from './testing/browser-shop.ts'
import { backInStockNotice, expectConnection, listItem, soldOutBook, visitAs } from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('a reader', () => {
  test('searches, signs up, pre-books, cancels, pre-books again, and sees the book come back', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    await (await visitAs(shop, 'first')).client.prebooks.create.mutate({ bookId })
    const { page } = await shop.visit()
    await page.goto('/')
    await page.getByRole('combobox').fill('dune')
    await page.waitForURL('/?query=dune')
    await page.getByRole('link', { name: /Frank Herbert/ }).click()
    await page.getByText('1 reader is waiting.').waitFor()
    await expectSoundView(page, 'book-sold-out')

    await page.getByRole('button', { name: 'Pre-book' }).click()
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await page.getByLabel('Password').fill('difference engine')
    await page.getByRole('button', { name: 'Create account' }).click()
    // The pre-booking is made without another click.
    await page.waitForURL(address)
    await page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
    const place = page.getByRole('region', { name: 'Your pre-booking' }).getByRole('status')
    await expect.poll(() => place.innerText()).toMatch(/^2\s*your place in the queue, of 2$/)
    await expectConnection(page, 'Live')
    await expectSoundView(page, 'book-waiting')

    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'My pre-bookings' })
      .click()
    await listItem(page, 'Dune').getByText('You are number 2 in the queue.').waitFor()
    expect(await listItem(page, 'Dune').getByText('just now').count()).toBe(1)
    await expectSoundView(page, 'prebookings')
    await listItem(page, 'Dune').getByRole('button', { name: 'Cancel: Dune' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel this pre-booking?' })
    await dialog.getByText('number 2').waitFor()
    await expectSoundView(page, 'cancel-dialog')
    await dialog.getByRole('button', { name: 'Keep pre-booking' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await listItem(page, 'Dune').getByRole('button', { name: 'Cancel: Dune' }).click()
    await dialog.getByRole('button', { name: 'Cancel pre-booking' }).click()
    await listItem(page, 'Dune').getByText('It is still sold out.').waitFor()
    await expectSoundView(page, 'prebookings-cancelled')
    await listItem(page, 'Dune').getByRole('button', { name: 'Pre-book again: Dune' }).click()
    await page.getByText('You are number 2 in the queue.').waitFor()
    expect(await listItem(page, 'Dune').count()).toBe(2)

    await shop.admin.stock.set.mutate({ bookId, quantity: 3 })
    await listItem(page, 'Dune').first().getByText('It is in stock now').waitFor()
    await backInStockNotice(page).waitFor()
    await expectSoundView(page, 'prebookings-back-in-stock')
    await page.getByRole('link', { name: 'View book' }).click()
    await page.getByRole('heading', { name: 'In stock: 3 copies' }).waitFor()
    await expectSoundView(page, 'book-in-stock')
  })

  test('signs in on the way, and a link alone pre-books nothing', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    const ada = await shop.createReader('ada')
    const { page } = await shop.visit()
    // Leaving the sign-in for another page drops the pending pre-booking.
    await page.goto(address)
    await page.getByRole('button', { name: 'Pre-book' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await page.getByRole('link', { name: 'Catalogue', exact: true }).click()
    await page.getByRole('link', { name: /Frank Herbert/ }).click()
    await signIn(page, ada)
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    await expectConnection(page, 'Live')
    const { token } = await createClient({ url: shop.url }).auth.login.mutate(ada)
    const elsewhere = createClient({ url: shop.url, token })
    expect((await elsewhere.prebooks.list.query({})).items).toEqual([])

    await elsewhere.prebooks.create.mutate({ bookId })
    await page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
  })

  test('clicks twice and pre-books once', async () => {
    await using shop = await startBrowserShop()
    const { address } = await soldOutBook(shop)
    const { page, client } = await visitAs(shop, 'ada', address)
    const button = page.getByRole('button', { name: 'Pre-book' })
    await button.waitFor()
    // Both clicks happen before the page renders again.
    await button.evaluate((element: HTMLElement) => {
      element.click()
      element.click()
    })
    await page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).and(page.locator(':not([aria-disabled])')).waitFor()
    expect((await client.prebooks.list.query({})).items).toHaveLength(1)
    expect(await page.getByRole('log').getByRole('button').count()).toBe(0)
  })

  test('shows good news, not an error, when the book came back in the meantime', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    const visitor = await visitAs(shop, 'ada', address)
    const { page, client } = visitor
    visitor.allowBrowserErrors(/status of 409/)
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await page.getByRole('button', { name: 'Pre-book' }).click()
    await page.getByRole('heading', { name: 'In stock: 1 copy' }).waitFor()
    await page.getByText('You do not need to pre-book it.').waitFor()
    await expectSoundView(page, 'book-came-in-meanwhile')
    expect((await client.prebooks.list.query({})).items).toEqual([])
  })

  test('sees a cancellation at once, and reverted when the shop refuses it', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const visitor = await visitAs(shop, 'ada')
    const { page, client } = visitor
    visitor.allowBrowserErrors(/status of 404/)
    await client.prebooks.create.mutate({ bookId })
    await page.goto('/prebookings')
    const row = listItem(page, 'Dune')
    await row.getByText('You are number 1 in the queue.').waitFor()
    const response = Promise.withResolvers<void>()
    // The request is changed to a pre-booking that does not exist, so the real shop refuses it.
    await page.route('**/trpc/prebooks.cancel*', async (route) => {
      await response.promise
      await route.continue({ postData: JSON.stringify({ 0: { prebookId: 999_999 } }) })
    })
    await row.getByRole('button', { name: 'Cancel: Dune' }).click()
    await page.getByRole('button', { name: 'Cancel pre-booking' }).click()
    await row.getByText('Cancelled', { exact: true }).first().waitFor()
    // The list is not refetched yet, so the page shows the reverted state.
    const listResponse = Promise.withResolvers<void>()
    await page.route('**/trpc/**prebooks.list**', async (route) => {
      await listResponse.promise
      await route.continue()
    })
    response.resolve()
    await page.getByText('Pre-booking not found').waitFor()
    await row.getByText('Waiting', { exact: true }).waitFor()
    listResponse.resolve()
    await row.getByRole('button', { name: 'Cancel: Dune' }).waitFor()
    expect((await client.prebooks.list.query({})).items).toMatchObject([{ status: 'waiting' }])
  })

  test('sees a pre-booking at once, and reverted when the shop cannot be reached', async () => {
    await using shop = await startBrowserShop()
    const { address } = await soldOutBook(shop)
    const visitor = await visitAs(shop, 'ada', address)
    const { page, client } = visitor
    visitor.allowBrowserErrors(/ERR_FAILED/)
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    const response = Promise.withResolvers<void>()
    await page.route('**/trpc/prebooks.create*', async (route) => {
      await response.promise
      await route.abort()
    })
    await page.getByRole('button', { name: 'Pre-book' }).click()
    await page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
    response.resolve()
    await page.getByText('Cannot reach the shop').waitFor()
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    expect((await client.prebooks.list.query({})).items).toEqual([])
  })

  test('pre-books and cancels with the keyboard alone, without losing the focus', async () => {
    await using shop = await startBrowserShop()
    const { address } = await soldOutBook(shop)
    const { page } = await visitAs(shop, 'ada', address)
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Dune' }).focus()
    await tabTo(page, 'Pre-book')
    await expectVisibleFocus(page)
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('You are on the waitlist')
    await page.getByRole('button', { name: 'Cancel' }).and(page.locator(':not([aria-disabled])')).waitFor()
    await tabTo(page, 'Cancel')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    // The dialog traps the focus, and Escape cancels nothing.
    for (let presses = 0; presses < 6; presses += 1) {
      await page.keyboard.press('Tab')
      expect(['Keep pre-booking', 'Cancel pre-booking', '']).toContain(
        await page.evaluate(() =>
          document.activeElement === document.body ? '' : (document.activeElement?.textContent ?? ''),
        ),
      )
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => focused(page)).toBe('Cancel')
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await tabTo(page, 'Cancel pre-booking')
    await expectVisibleFocus(page)
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Pre-book again')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('You are on the waitlist')
  })

  test('filters pre-bookings in the address, with a message for each empty filter', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const { page, client } = await visitAs(shop, 'ada')
    await page.getByRole('link', { name: 'My pre-bookings' }).click()
    await page.getByRole('heading', { name: 'No pre-bookings yet' }).waitFor()
    await expectSoundView(page, 'prebookings-empty')
    const filter = page.getByRole('navigation', { name: 'Filter by status' })
    for (const [label, status, empty] of [
      ['Waiting', 'waiting', 'No waiting pre-bookings'],
      ['Back in stock', 'notified', 'No books back in stock yet'],
      ['Cancelled', 'cancelled', 'No cancelled pre-bookings'],
    ] as const) {
      await filter.getByRole('link', { name: label }).click()
      await page.waitForURL(`/prebookings?status=${status}`)
      await page.getByRole('heading', { name: empty }).waitFor()
    }
    for (let turn = 0; turn < 21; turn += 1) {
      const { id: prebookId } = await client.prebooks.create.mutate({ bookId })
      if (turn < 20) await client.prebooks.cancel.mutate({ prebookId })
    }
    await page.reload()
    await expect.poll(() => listItem(page, 'Dune').count()).toBe(20)
    await filter.getByRole('link', { name: 'All' }).click()
    await page.getByRole('link', { name: 'Older pre-bookings' }).click()
    await page.getByText('Page 2').waitFor()
    await expect.poll(() => listItem(page, 'Dune').count()).toBe(1)
    await page.goBack()
    await expect.poll(() => listItem(page, 'Dune').count()).toBe(20)
  })
})
