import { spawnApi } from '@prebook/testing/api'
import { expect, test } from 'vitest'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import {
  backNotice,
  expectConnection,
  listed,
  soldOutBook,
  visitAs,
  watchStreams,
} from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('live', () => {
  test('two readers see the broadcast that an admin sets off, each on their own page', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada', address)
    const bob = await visitAs(shop, 'bob')
    for (const { client } of [ada, bob]) await client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('heading', { name: 'You are on the list' }).waitFor()
    await bob.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await listed(bob.page, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await expectConnection(bob.page, 'Live')
    await expectConnection(ada.page, 'Live')

    await shop.admin.stock.adjust.mutate({ bookId, delta: 2 })
    await ada.page.getByRole('heading', { name: 'In stock: 2 copies' }).waitFor()
    await listed(bob.page, 'Dune').getByText('It is in stock now').waitFor()
    for (const { page } of [ada, bob]) {
      await backNotice(page).waitFor()
      expect(await backNotice(page).count()).toBe(1)
    }
    // What was so before one came is no news.
    await bob.page.reload()
    await expectConnection(bob.page, 'Live')
    await listed(bob.page, 'Dune').getByText('It is in stock now').waitFor()
    await bob.page.goto(address)
    await expectConnection(bob.page, 'Live')
    await bob.page.getByRole('heading', { name: 'In stock: 2 copies' }).waitFor()
    expect(await backNotice(bob.page).count()).toBe(0)
  })

  test('eight tabs share one stream, also after the one that had it is closed', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    const streams = watchStreams(ada.page)
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.goto('/prebookings')
    await expectConnection(ada.page, 'Live')
    const others = await Promise.all(Array.from({ length: 7 }, () => ada.openTab()))
    const tabs = [ada.page, ...others]
    for (const tab of others) {
      await tab.goto('/prebookings')
      await listed(tab, 'Dune').getByText('Waiting', { exact: true }).waitFor()
      await expectConnection(tab, 'Live')
    }
    expect(streams()).toBe(1)
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    for (const tab of tabs) {
      await listed(tab, 'Dune').getByText('It is in stock now').waitFor()
      await backNotice(tab).waitFor()
    }

    await shop.admin.stock.set.mutate({ bookId, quantity: 0 })
    await ada.client.prebooks.create.mutate({ bookId })
    for (const tab of others) await listed(tab, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await ada.page.close()
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    for (const tab of others) {
      await expect.poll(() => listed(tab, 'Dune').getByText('Waiting', { exact: true }).count()).toBe(0)
      await expect.poll(() => backNotice(tab).count()).toBe(2)
    }
    await expect.poll(streams).toBe(1)
  })

  test('who signs out in one tab is signed out in all, and the next reader sees nothing of theirs', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    const bob = await shop.createReader('bob')
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await listed(ada.page, 'Dune').waitFor()
    const other = await ada.openTab()
    await other.goto('/prebookings')
    await listed(other, 'Dune').waitFor()
    await ada.page.getByRole('button', { name: /^Account of/ }).click()
    await ada.page.getByRole('button', { name: 'Sign out' }).click()
    await ada.page.getByRole('heading', { level: 1, name: 'The catalogue' }).waitFor()
    await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    expect(await other.getByRole('log').getByRole('button').count()).toBe(0)

    await other.getByLabel('E-mail address').fill(bob.email)
    await other.getByLabel('Password').fill(bob.password)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByRole('heading', { name: 'You have pre-booked nothing yet' }).waitFor()
    await ada.page.getByRole('button', { name: `Account of ${bob.email}` }).waitFor()
    await expectConnection(ada.page, 'Live')
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await ada.page.getByRole('link', { name: /Dune/ }).click()
    await ada.page.getByRole('heading', { name: 'In stock: one copy' }).waitFor()
    for (const tab of [ada.page, other]) expect(await backNotice(tab).count()).toBe(0)
  })

  test('a reader who is deactivated is shown out, in every tab, and told why', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada', address)
    ada.expectComplaints(/status of 40[13]/)
    await ada.client.prebooks.create.mutate({ bookId })
    const other = await ada.openTab()
    await other.goto('/prebookings')
    for (const tab of [ada.page, other]) await expectConnection(tab, 'Live')
    const me = await ada.client.auth.me.query()
    await shop.admin.users.deactivate.mutate({ userId: me?.id ?? 0 })
    for (const tab of [ada.page, other]) {
      await tab.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
      await tab.getByRole('log').getByText('This account is deactivated').waitFor()
      await expect.poll(() => listed(tab, 'Dune').count()).toBe(0)
    }
    await expectSoundView(ada.page, 'shown-out')
  })

  test('offline is said, and back again the page is right', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    ada.expectComplaints(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/)
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await expectConnection(ada.page, 'Live')
    await listed(ada.page, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await ada.page.context().setOffline(true)
    await expectConnection(ada.page, 'Offline')
    await ada.page.getByRole('link', { name: 'Waiting' }).click()
    await ada.page.getByRole('heading', { name: 'You are offline' }).waitFor()
    await expectSoundView(ada.page, 'prebookings-offline')
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await ada.page.context().setOffline(false)
    await expectConnection(ada.page, 'Live')
    await backNotice(ada.page).waitFor()
    await ada.page.getByRole('link', { name: 'All', exact: true }).click()
    await listed(ada.page, 'Dune').getByText('It is in stock now').waitFor()
  })

  test('a restart of the shop is said, and afterwards the page is right', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    ada.expectComplaints(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY/)
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await listed(ada.page, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await expectConnection(ada.page, 'Live')
    await shop.api.stop()
    await expectConnection(ada.page, 'Reconnecting …')
    await using again = await spawnApi({
      databaseUrl: shop.api.databaseUrl,
      env: { PORT: new URL(shop.url).port },
    })
    expect(again.url).toBe(shop.url)
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await expectConnection(ada.page, 'Live')
    await listed(ada.page, 'Dune').getByText('It is in stock now').waitFor()
    await backNotice(ada.page).waitFor()
  })

  test('without locks each tab has a stream of its own', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    await ada.page.context().addInitScript(() => {
      delete (Navigator.prototype as { locks?: unknown }).locks
    })
    const streams = watchStreams(ada.page)
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.goto('/prebookings')
    const other = await ada.openTab()
    await other.goto('/prebookings')
    for (const tab of [ada.page, other]) await expectConnection(tab, 'Live')
    expect(streams()).toBe(2)
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    for (const tab of [ada.page, other]) await backNotice(tab).waitFor()
  })

  test('a tab that was open while the shop was deployed anew loads the page again', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    ada.expectComplaints(/status of 404|Failed to fetch dynamically imported module|Unable to preload CSS/)
    let gone = 0
    // As after a deployment: the files that the page on the screen knows are there no more.
    await ada.page.route(/\/assets\/prebookings-page.*/, async (route) => {
      gone += 1
      if (gone <= 2) await route.fulfill({ status: 404, body: '' })
      else await route.continue()
    })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await ada.page.getByRole('heading', { name: 'You have pre-booked nothing yet' }).waitFor()
    expect(gone).toBeGreaterThan(1)
  })
})
