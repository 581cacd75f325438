import { expect, test } from 'vitest'
import { focused } from './testing/keyboard.ts'
import { inBrowser, signIn, startBrowserShop, type Shop } from './testing/browser-shop.ts'
import { expectConnection, listItem, visitAs } from './testing/readers.ts'
import { fillShelves } from './testing/books.ts'
import { expectSoundView } from './testing/views.ts'

const NEW_EDITION = 'Dune: the new edition'

/** A sold-out book and its sold-out new edition. */
async function twoEditions(shop: Shop): Promise<{ bookId: number; successorId: number }> {
  const bookId = (await fillShelves(shop.admin)).get('Dune')?.id ?? 0
  const { id: successorId } = await shop.admin.books.create.mutate({
    title: NEW_EDITION,
    author: 'Frank Herbert',
    priceCents: 1499,
  })
  return { bookId, successorId }
}

inBrowser('a withdrawn book', () => {
  test('changes open pages at once, and its successor is pre-booked with one click', async () => {
    await using shop = await startBrowserShop()
    const { bookId, successorId } = await twoEditions(shop)
    const ada = await visitAs(shop, 'ada', `/books/${bookId}`)
    const bob = await visitAs(shop, 'bob')
    for (const { client } of [ada, bob]) await client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
    await bob.page.getByRole('link', { name: 'My pre-bookings' }).click()
    const row = listItem(bob.page, 'Dune').first()
    await row.getByText('Waiting', { exact: true }).waitFor()
    for (const { page } of [ada, bob]) await expectConnection(page, 'Live')

    await shop.admin.books.withdraw.mutate({ bookId, successorId })
    await ada.page.getByRole('heading', { name: 'No longer available' }).waitFor()
    await row.getByText('Cancelled by the shop').waitFor()
    for (const { page } of [ada, bob]) {
      const notice = page.getByRole('log', { name: 'Notifications' }).getByText('Dune will not come back')
      await notice.waitFor()
      expect(await notice.count()).toBe(1)
    }
    await ada.page.getByText(`The shop offers ${NEW_EDITION} by Frank Herbert instead.`).waitFor()
    await expectSoundView(ada.page, 'book-withdrawn')
    await row.getByText('It will not come back.').waitFor()
    await expectSoundView(bob.page, 'prebookings-withdrawn')

    await ada.page.getByRole('button', { name: `Pre-book it: ${NEW_EDITION}` }).click()
    await ada.page.getByText('You are on its waitlist.').waitFor()
    await expect.poll(() => focused(ada.page)).toBe(NEW_EDITION)
    await row.getByRole('button', { name: `Pre-book it: ${NEW_EDITION}` }).click()
    await listItem(bob.page, NEW_EDITION).first().getByText('Waiting', { exact: true }).waitFor()
    for (const { client } of [ada, bob]) {
      expect((await client.prebooks.list.query({})).items).toMatchObject([
        { bookId: successorId, status: 'waiting' },
        { bookId, status: 'cancelled', cancelledBy: 'shop' },
      ])
    }

    // It stays so after a reload, without another notice.
    await ada.page.reload()
    await ada.page.getByText('You are on its waitlist.').waitFor()
    await expectConnection(ada.page, 'Live')
    expect(await ada.page.getByText('Dune will not come back').count()).toBe(0)
    await shop.admin.stock.set.mutate({ bookId: successorId, quantity: 2 })
    await ada.page.getByText('It is in stock. You can buy it in the shop now.').waitFor()
  })

  test('offers its successor to visitors, who sign in on the way', async () => {
    await using shop = await startBrowserShop()
    const { bookId, successorId } = await twoEditions(shop)
    await shop.admin.books.withdraw.mutate({ bookId, successorId })
    const ada = await shop.createReader('ada')
    const { page } = await shop.visit()
    await page.goto('/?query=dune')
    await page.getByRole('link', { name: 'Dune Frank Herbert' }).getByText('Withdrawn').waitFor()
    await page.goto(`/books/${bookId}`)
    await page.getByRole('button', { name: `Pre-book it: ${NEW_EDITION}` }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password').fill(ada.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`/books/${successorId}`)
    await page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
    expect((await shop.admin.demand.top.query()).items).toMatchObject([{ bookId: successorId, waiting: 1 }])
  })

  test('can be pre-booked again once it is reinstated', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await twoEditions(shop)
    const visitor = await visitAs(shop, 'ada', `/books/${bookId}`)
    const { page, client } = visitor
    visitor.allowBrowserErrors(/status of 409/)
    await page.getByRole('button', { name: 'Pre-book' }).waitFor()
    // The page still offers it, and learns of the withdrawal from the refusal.
    await shop.admin.books.withdraw.mutate({ bookId })
    await page.getByRole('button', { name: 'Pre-book' }).click()
    await page.getByRole('heading', { name: 'No longer available' }).waitFor()
    expect((await client.prebooks.list.query({})).items).toEqual([])
    await shop.admin.books.reinstate.mutate({ bookId })
    await page.reload()
    await page.getByRole('button', { name: 'Pre-book' }).click()
    await page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
  })
})

inBrowser('staff', () => {
  test('withdraw a book with a successor, reinstate it, and see what a restock does', async () => {
    await using shop = await startBrowserShop()
    const { bookId, successorId } = await twoEditions(shop)
    for (const name of ['ada', 'bob']) {
      const { client } = await visitAs(shop, name)
      await client.prebooks.create.mutate({ bookId })
    }
    const { page } = await shop.visit()
    await page.goto('/')
    await signIn(page, shop.adminAccount)
    await page.goto(`/admin/books/${bookId}`)
    await page.getByRole('button', { name: 'Withdraw' }).click()
    const dialog = page.getByRole('dialog', { name: 'Withdraw Dune?' })
    await dialog.getByText('This tells 2 readers that it will not come.').waitFor()
    const search = dialog.getByRole('searchbox', { name: 'Successor (optional)' })
    await search.fill('dune')
    await dialog.getByRole('button', { name: `Choose ${NEW_EDITION} Frank Herbert` }).waitFor()
    // A book does not succeed itself.
    expect(await dialog.getByRole('button', { name: /^Choose/ }).count()).toBe(1)
    await expectSoundView(page, 'admin-withdraw')
    // What is only typed is not lost.
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByText('Choose a book from the list, or empty this field.').waitFor()
    await dialog.getByRole('button', { name: `Choose ${NEW_EDITION} Frank Herbert` }).click()
    await expect.poll(() => focused(page)).toBe(`Remove: ${NEW_EDITION}`)
    await dialog.getByLabel('Note (optional)').fill('The rights have expired.')
    await page.keyboard.press('Enter')
    await dialog.getByText('2 readers are notified now').waitFor()
    const confirm = 'Withdraw and notify 2 readers'
    await expect.poll(() => focused(page)).toBe(confirm)
    await expectSoundView(page, 'admin-withdraw-confirm')
    await dialog.getByRole('button', { name: 'Back' }).click()
    expect(await dialog.getByLabel('Note (optional)').inputValue()).toBe('The rights have expired.')
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByRole('button', { name: confirm }).dblclick()
    await page.getByText('Dune was withdrawn').waitFor()
    await page.getByText('2 readers notified.').waitFor()
    const availability = page.getByRole('region', { name: 'Availability' })
    await availability.getByText('Withdrawn on').waitFor()
    await availability.getByRole('link', { name: NEW_EDITION }).waitFor()
    await expectSoundView(page, 'admin-book-withdrawn')

    await page.getByRole('button', { name: 'Restock' }).click()
    await page.getByLabel('Copies to add').fill('1')
    await page.getByText('This reinstates the withdrawn book.').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await availability.getByRole('button', { name: 'Reinstate' }).click()
    await page.getByText('Dune was reinstated').waitFor()
    await availability.getByRole('button', { name: 'Withdraw' }).waitFor()
    expect(await shop.admin.books.get.query({ bookId })).toMatchObject({
      withdrawnAt: null,
      successorId: null,
    })
    expect(successorId).toBeGreaterThan(0)
  })

  test('see at the successor why it is refused', async () => {
    await using shop = await startBrowserShop()
    const { bookId, successorId } = await twoEditions(shop)
    await shop.admin.books.withdraw.mutate({ bookId: successorId })
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 400/)
    await page.goto('/')
    await signIn(page, shop.adminAccount)
    await page.goto(`/admin/books/${bookId}`)
    await page.getByRole('button', { name: 'Withdraw' }).click()
    const dialog = page.getByRole('dialog', { name: 'Withdraw Dune?' })
    await dialog.getByRole('searchbox', { name: 'Successor (optional)' }).fill('new edition')
    await dialog.getByRole('button', { name: /^Choose/ }).click()
    await dialog.getByText(/withdrawn itself/).waitFor()
    await expectSoundView(page, 'admin-withdraw-wrong')
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByRole('button', { name: `Remove: ${NEW_EDITION}` }).click()
    await dialog.getByText(/withdrawn itself/).waitFor({ state: 'detached' })
    await dialog.getByText('No readers are waiting.').waitFor()
    expect(await shop.admin.books.get.query({ bookId })).toMatchObject({ withdrawnAt: null })
  })
})
