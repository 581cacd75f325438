import { WAIT_MS } from '@prebook/testing/bounds'
import { expect, test } from 'vitest'
import { clientOf, fillQueues, openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('readers and deliveries', () => {
  test('deactivates and reactivates an account and changes its role, but never the last admin', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    await shop.createReader('bob')
    const reader = await clientOf(shop, ada)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 409/)
    await openAsAdmin(shop, page, '/admin/readers')
    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).waitFor()
    await expectSoundView(page, 'admin-readers')
    await page.getByRole('searchbox', { name: 'E-mail address' }).fill('ada@')
    await page.keyboard.press('Enter')
    await page.waitForURL('/admin/readers?query=ada%40')
    await page.getByRole('button', { name: /Deactivate bob/ }).waitFor({ state: 'detached' })

    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).click()
    const dialog = page.getByRole('dialog', { name: 'Deactivate this account?' })
    await dialog.getByText('Their pre-bookings keep their places').waitFor()
    await expectSoundView(page, 'admin-deactivate')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).click()
    await dialog.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByText(`${ada.email} was deactivated`).waitFor()
    await expect(reader.prebooks.list.query({})).rejects.toMatchObject({
      data: { reason: 'AUTH_ACCOUNT_DEACTIVATED' },
    })
    await page.getByRole('button', { name: `Reactivate ${ada.email}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reactivate' }).click()
    await page.getByText(`${ada.email} was reactivated`).waitFor()
    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).waitFor()
    expect((await reader.prebooks.list.query({})).items).toEqual([])

    await page.getByRole('button', { name: `Change role of ${ada.email}` }).click()
    const roles = page.getByRole('dialog', { name: 'Change the role of this account?' })
    await roles.getByLabel('Staff.').check()
    await expectSoundView(page, 'admin-role')
    await roles.getByRole('button', { name: 'Change role' }).click()
    await page.getByText(`${ada.email} is now: Staff`).waitFor()
    expect((await reader.demand.top.query({})).items).toEqual([])

    await page.goto('/admin/readers')
    await page.getByRole('button', { name: `Deactivate ${shop.adminAccount.email}` }).click()
    await dialog.getByRole('button', { name: 'Deactivate' }).click()
    await dialog.getByText('This is the last active admin').waitFor()
    await expectSoundView(page, 'admin-deactivate-refused')
    await page.goto('/admin/readers?isActive=false')
    await page.getByRole('heading', { name: 'No matching readers' }).waitFor()
  })

  test('sends held e-mails again, one or all of them', async () => {
    await using shop = await startBrowserShop()
    const books = await fillQueues(shop, 3)
    const { page } = await shop.visit()
    await openAsAdmin(shop, page, '/admin/deliveries')
    await page.getByRole('heading', { name: 'No e-mails yet' }).waitFor()
    await expectSoundView(page, 'admin-deliveries-none')
    const held = async () => (await shop.admin.deliveries.list.query({ state: 'held' })).items
    await shop.admin.stock.set.mutate({ bookId: books.get('Dune') ?? 0, quantity: 1 })
    await expect.poll(async () => (await held()).length).toBe(3)

    await page.reload()
    const buttons = page.getByRole('button', { name: /^Resend: Dune to / })
    await expect.poll(() => buttons.count()).toBe(3)
    await expectSoundView(page, 'admin-deliveries')
    const [first] = await held()
    await page.getByRole('button', { name: `Resend: Dune to ${first?.email}` }).click()
    await page.getByText('1 e-mail queued for resending').waitFor()
    const queuedAt = async () => (await held()).find(({ id }) => id === first?.id)?.queuedAt ?? ''
    await expect.poll(queuedAt).not.toBe(first?.queuedAt)
    await expect.poll(queuedAt).not.toBe('')

    await page.getByLabel('Status').selectOption('Held')
    await page.waitForURL('/admin/deliveries?state=held')
    await page.getByRole('button', { name: 'Resend all' }).click()
    const dialog = page.getByRole('dialog', { name: 'Resend all held e-mails?' })
    await dialog.getByText('3 e-mails will be queued for resending.').waitFor()
    await expectSoundView(page, 'admin-redrive-all')
    await dialog.getByRole('button', { name: 'Resend' }).click()
    await page.getByText('3 e-mails queued for resending').waitFor()
    await expect
      .poll(async () => (await held()).every(({ queuedAt: time }) => time > (first?.queuedAt ?? '')), {
        timeout: WAIT_MS,
      })
      .toBe(true)
    await page.getByLabel('Status').selectOption('Failed')
    await page.getByRole('heading', { name: 'No matching e-mails' }).waitFor()
  })

  test('shows who changed what, of one kind, by one account or of one subject', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const { page } = await shop.visit()
    await openAsAdmin(shop, page, '/admin/audit')
    await page.getByRole('heading', { name: 'No changes yet' }).waitFor()
    await expectSoundView(page, 'admin-audit-none')
    const [user] = (await shop.admin.users.list.query({ query: ada.email })).items
    const book = { title: 'Dune', author: 'Frank Herbert', priceCents: 1_999 }
    const { id: bookId } = await shop.admin.books.create.mutate(book)
    await shop.admin.books.update.mutate({ bookId, author: 'F. Herbert', priceCents: 1_499 })
    await shop.admin.stock.set.mutate({ bookId, quantity: 3 })
    await shop.admin.users.deactivate.mutate({ userId: user?.id ?? 0 })

    await page.reload()
    const table = page.getByRole('table', { name: 'changes' })
    await table.getByText('+3: 3 copies in stock').waitFor()
    await table.getByText('author, price €19.99 → €14.99').waitFor()
    expect(await table.getByRole('link', { name: shop.adminAccount.email }).count()).toBe(4)
    await expectSoundView(page, 'admin-audit')
    await table.getByRole('link', { name: ada.email }).click()
    await page.waitForURL(`/admin/audit?subject=user%3A${user?.id}`)
    await table.getByText('Set the stock').waitFor({ state: 'detached' })
    await table.getByText('Deactivated an account').waitFor()

    await page.getByRole('link', { name: 'Show all changes' }).click()
    await page.getByLabel('Change', { exact: true }).selectOption('Set the stock')
    await page.waitForURL('/admin/audit?action=stock.set')
    await table.getByText('Deactivated an account').waitFor({ state: 'detached' })
    await table.getByRole('link', { name: `Book ${bookId}` }).waitFor()
    await page.getByLabel('Change', { exact: true }).selectOption('Imported books')
    await page.getByRole('heading', { name: 'No matching changes' }).waitFor()
  })
})
