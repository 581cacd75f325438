import { spawnApi } from '@prebook/testing/api'
import { expect, test } from 'vitest'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import {
  backInStockNotice,
  expectConnection,
  listItem,
  soldOutBook,
  visitAs,
  watchStreams,
} from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('live updates', () => {
  test('two readers see a broadcast, each on their own page', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada', address)
    const bob = await visitAs(shop, 'bob')
    for (const { client } of [ada, bob]) await client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('heading', { name: 'You are on the waitlist' }).waitFor()
    await bob.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await listItem(bob.page, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await expectConnection(bob.page, 'Live')
    await expectConnection(ada.page, 'Live')

    await shop.admin.stock.adjust.mutate({ bookId, delta: 2 })
    await ada.page.getByRole('heading', { name: 'In stock: 2 copies' }).waitFor()
    await listItem(bob.page, 'Dune').getByText('It is in stock now').waitFor()
    for (const { page } of [ada, bob]) {
      await backInStockNotice(page).waitFor()
      expect(await backInStockNotice(page).count()).toBe(1)
    }
    // A change from before the visit shows no notice.
    await bob.page.reload()
    await expectConnection(bob.page, 'Live')
    await listItem(bob.page, 'Dune').getByText('It is in stock now').waitFor()
    await bob.page.goto(address)
    await expectConnection(bob.page, 'Live')
    await bob.page.getByRole('heading', { name: 'In stock: 2 copies' }).waitFor()
    expect(await backInStockNotice(bob.page).count()).toBe(0)
  })

  test('eight tabs share one stream, also after the leading tab is closed', async () => {
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
      await listItem(tab, 'Dune').getByText('Waiting', { exact: true }).waitFor()
      await expectConnection(tab, 'Live')
    }
    expect(streams()).toBe(1)
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    for (const tab of tabs) {
      await listItem(tab, 'Dune').getByText('It is in stock now').waitFor()
      await backInStockNotice(tab).waitFor()
    }

    await shop.admin.stock.set.mutate({ bookId, quantity: 0 })
    await ada.client.prebooks.create.mutate({ bookId })
    for (const tab of others) await listItem(tab, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await ada.page.close()
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    for (const tab of others) {
      await expect.poll(() => listItem(tab, 'Dune').getByText('Waiting', { exact: true }).count()).toBe(0)
      await expect.poll(() => backInStockNotice(tab).count()).toBe(2)
    }
    await expect.poll(streams).toBe(1)
  })

  test('signing out in one tab signs out in all, and the next reader sees nothing of the previous one', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    const bob = await shop.createReader('bob')
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await listItem(ada.page, 'Dune').waitFor()
    const other = await ada.openTab()
    await other.goto('/prebookings')
    await listItem(other, 'Dune').waitFor()
    await ada.page.getByRole('button', { name: /^Account menu for/ }).click()
    await ada.page.getByRole('button', { name: 'Sign out' }).click()
    await ada.page.getByRole('heading', { level: 1, name: 'The catalogue' }).waitFor()
    await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    expect(await other.getByRole('log').getByRole('button').count()).toBe(0)

    await other.getByLabel('E-mail address').fill(bob.email)
    await other.getByLabel('Password').fill(bob.password)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByRole('heading', { name: 'No pre-bookings yet' }).waitFor()
    await ada.page.getByRole('button', { name: `Account menu for ${bob.email}` }).waitFor()
    await expectConnection(ada.page, 'Live')
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await ada.page.getByRole('link', { name: /Dune/ }).click()
    await ada.page.getByRole('heading', { name: 'In stock: 1 copy' }).waitFor()
    for (const tab of [ada.page, other]) expect(await backInStockNotice(tab).count()).toBe(0)
  })

  test('a deactivated reader is signed out in every tab, with the reason', async () => {
    await using shop = await startBrowserShop()
    const { bookId, address } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada', address)
    ada.allowBrowserErrors(/status of 40[13]/)
    await ada.client.prebooks.create.mutate({ bookId })
    const other = await ada.openTab()
    await other.goto('/prebookings')
    for (const tab of [ada.page, other]) await expectConnection(tab, 'Live')
    const me = await ada.client.auth.me.query()
    await shop.admin.users.deactivate.mutate({ userId: me?.id ?? 0 })
    for (const tab of [ada.page, other]) {
      await tab.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
      await tab.getByRole('log').getByText('This account is deactivated').waitFor()
      await expect.poll(() => listItem(tab, 'Dune').count()).toBe(0)
    }
    await expectSoundView(ada.page, 'deactivated')
  })

  test('shows that it is offline, and catches up afterwards', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    ada.allowBrowserErrors(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/)
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await expectConnection(ada.page, 'Live')
    await listItem(ada.page, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await ada.page.context().setOffline(true)
    await expectConnection(ada.page, 'Offline')
    await ada.page.getByRole('link', { name: 'Waiting' }).click()
    await ada.page.getByRole('heading', { name: 'You are offline' }).waitFor()
    await expectSoundView(ada.page, 'prebookings-offline')
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await ada.page.context().setOffline(false)
    await expectConnection(ada.page, 'Live')
    await backInStockNotice(ada.page).waitFor()
    await ada.page.getByRole('link', { name: 'All', exact: true }).click()
    await listItem(ada.page, 'Dune').getByText('It is in stock now').waitFor()
  })

  test('shows that it reconnects while the shop restarts, and catches up afterwards', async () => {
    await using shop = await startBrowserShop()
    const { bookId } = await soldOutBook(shop)
    const ada = await visitAs(shop, 'ada')
    ada.allowBrowserErrors(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY/)
    await ada.client.prebooks.create.mutate({ bookId })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await listItem(ada.page, 'Dune').getByText('Waiting', { exact: true }).waitFor()
    await expectConnection(ada.page, 'Live')
    await shop.api.stop()
    await expectConnection(ada.page, 'Reconnecting…')
    await using restarted = await spawnApi({
      databaseUrl: shop.api.databaseUrl,
      env: { PORT: new URL(shop.url).port },
    })
    expect(restarted.url).toBe(shop.url)
    await shop.admin.stock.set.mutate({ bookId, quantity: 1 })
    await expectConnection(ada.page, 'Live')
    await listItem(ada.page, 'Dune').getByText('It is in stock now').waitFor()
    await backInStockNotice(ada.page).waitFor()
  })

  test('without the Web Locks API, each tab opens a stream', async () => {
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
    for (const tab of [ada.page, other]) await backInStockNotice(tab).waitFor()
  })

  test('a tab that is open during a deployment reloads the page', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    ada.allowBrowserErrors(/status of 404|Failed to fetch dynamically imported module|Unable to preload CSS/)
    let missing = 0
    // As after a deployment: the files that the open page knows no longer exist.
    await ada.page.route(/\/assets\/prebookings-page.*/, async (route) => {
      missing += 1
      if (missing <= 2) await route.fulfill({ status: 404, body: '' })
      else await route.continue()
    })
    await ada.page.getByRole('link', { name: 'My pre-bookings' }).click()
    await ada.page.getByRole('heading', { name: 'No pre-bookings yet' }).waitFor()
    expect(missing).toBeGreaterThan(1)
  })
})
