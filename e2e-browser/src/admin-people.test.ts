import { WAIT_MS } from '@prebook/testing/bounds'
import { expect, test } from 'vitest'
import { clientOf, fillQueues, openAsAdmin } from './testing/admin-desk.ts'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('readers and deliveries', () => {
  test('a reader is shut out and let in again; admins are not', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    await shop.createReader('bob')
    const reader = await clientOf(shop, ada)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.expectComplaints(/status of 409/)
    await openAsAdmin(shop, page, '/admin/readers')
    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).waitFor()
    expect(await page.getByRole('button', { name: `Deactivate ${shop.adminAccount.email}` }).count()).toBe(0)
    await page.getByText('Admins cannot be deactivated.').waitFor()
    await expectSoundView(page, 'admin-readers')
    await page.getByRole('searchbox', { name: 'E-mail address' }).fill('ada@')
    await page.keyboard.press('Enter')
    await page.waitForURL('/admin/readers?query=ada%40')
    await page.getByRole('button', { name: /bob/ }).waitFor({ state: 'detached' })

    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).click()
    const dialog = page.getByRole('dialog', { name: 'Shut this reader out?' })
    await dialog.getByText('Their places in queues are kept').waitFor()
    await expectSoundView(page, 'admin-deactivate')
    await dialog.getByRole('button', { name: 'Leave it is' }).click()
    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).click()
    await dialog.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByText(`${ada.email} is shut out.`).waitFor()
    await expect(reader.prebooks.list.query({})).rejects.toMatchObject({
      data: { reason: 'AUTH_ACCOUNT_DEACTIVATED' },
    })
    await page.getByRole('button', { name: `Reactivate ${ada.email}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reactivate' }).click()
    await page.getByText(`${ada.email} is let in again.`).waitFor()
    await page.getByRole('button', { name: `Deactivate ${ada.email}` }).waitFor()
    expect((await reader.prebooks.list.query({})).items).toEqual([])

    // Somebody who has become an admin since the list was made: the server has the last word.
    await page.route('**/trpc/users.list*', async (route) => {
      const answer = await route.fetch()
      const text = (await answer.text()).replaceAll('"role":"admin"', '"role":"reader"')
      await route.fulfill({ response: answer, body: text })
    })
    await page.goto('/admin/readers')
    await page.getByRole('button', { name: `Deactivate ${shop.adminAccount.email}` }).click()
    await dialog.getByRole('button', { name: 'Deactivate' }).click()
    await dialog.getByText('An admin cannot be deactivated.').waitFor()
    await expectSoundView(page, 'admin-deactivate-refused')
    await page.goto('/admin/readers?isActive=false')
    await page.getByRole('heading', { name: 'Nobody is like that' }).waitFor()
  })

  test('e-mails that were kept are tried again, one and all', async () => {
    await using shop = await startBrowserShop()
    const books = await fillQueues(shop, 3)
    const { page } = await shop.visit()
    await openAsAdmin(shop, page, '/admin/deliveries')
    await page.getByRole('heading', { name: 'No e-mail has been written yet' }).waitFor()
    await expectSoundView(page, 'admin-deliveries-none')
    const kept = async () => (await shop.admin.deliveries.list.query({ state: 'held' })).items
    await shop.admin.stock.set.mutate({ bookId: books.get('Dune') ?? 0, quantity: 1 })
    await expect.poll(async () => (await kept()).length).toBe(3)

    await page.reload()
    const again = page.getByRole('button', { name: /^Try again: Dune to / })
    await expect.poll(() => again.count()).toBe(3)
    await expectSoundView(page, 'admin-deliveries')
    const [first] = await kept()
    await page.getByRole('button', { name: `Try again: Dune to ${first?.email}` }).click()
    await page.getByText('1 e-mail in line again.').waitFor()
    const queuedAt = async () => (await kept()).find(({ id }) => id === first?.id)?.queuedAt ?? ''
    await expect.poll(queuedAt).not.toBe(first?.queuedAt)
    await expect.poll(queuedAt).not.toBe('')

    await page.getByLabel('Which').selectOption('Kept')
    await page.waitForURL('/admin/deliveries?state=kept')
    await page.getByRole('button', { name: 'Try all again' }).click()
    const dialog = page.getByRole('dialog', { name: 'Send all held e-mails again?' })
    await dialog.getByText('3 e-mails will be put in line again.').waitFor()
    await expectSoundView(page, 'admin-redrive-all')
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('3 e-mails in line again.').waitFor()
    await expect
      .poll(async () => (await kept()).every(({ queuedAt: time }) => time > (first?.queuedAt ?? '')), {
        timeout: WAIT_MS,
      })
      .toBe(true)
    await page.getByLabel('Which').selectOption('Failed')
    await page.getByRole('heading', { name: 'No e-mail is like that' }).waitFor()
  })
})
