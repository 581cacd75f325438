import { expect, test } from 'vitest'
import { fillQueues, openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { startMailServer } from './testing/mail-server.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('mails', () => {
  test('shows held e-mails in the preview, with links to working pages', async () => {
    await using shop = await startBrowserShop({ env: { MAIL_PREVIEW: '1' } })
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 404/)
    await page.goto('/dev/mail')
    await page.getByText('No held e-mails.').waitFor()
    await expectSoundView(page, 'mail-held-none')
    const books = await fillQueues(shop, 1)
    await shop.admin.stock.set.mutate({ bookId: books.get('Dune') ?? 0, quantity: 3 })
    const held = page.getByRole('article')
    await expect.poll(async () => (await page.reload(), await held.count())).toBe(1)
    await expectSoundView(page, 'mail-held')
    // The preview blocks all scripts. Mail programs send no such header, and axe needs scripts.
    await page.route('**/dev/mail/*', async (route) => {
      const response = await route.fetch()
      const { 'content-security-policy': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await held.getByRole('link', { name: 'View as HTML' }).click()
    await page.getByRole('heading', { name: 'Dune' }).waitFor()
    // An e-mail is shown inside the page of a mail program, which has the landmarks.
    await expectSoundView(page, 'mail', ['landmark-one-main', 'region'])
    const linked = async (name: string) =>
      (await page.getByRole('link', { name }).getAttribute('href')) ?? '/nowhere'
    const [cancel, unsubscribe] = [
      await linked('Cancel this pre-booking'),
      await linked('Unsubscribe from pre-booking e-mails'),
    ]

    await page.goto(cancel)
    await page.getByRole('heading', { name: 'Cancel this pre-booking?' }).waitFor()
    await expectSoundView(page, 'mail-cancel')
    await page.getByRole('link', { name: 'Keep pre-booking' }).click()
    await page.waitForURL(/\/sign-in\?redirect=%2Fprebookings$/)
    await page.goto(cancel)
    await page.getByRole('button', { name: 'Cancel pre-booking' }).click()
    await page.getByRole('heading', { name: 'Pre-booking cancelled' }).waitFor()
    await expectSoundView(page, 'mail-cancelled')
    await page.getByRole('link', { name: 'Go to the shop' }).click()
    await page.getByRole('heading', { name: 'The catalogue' }).waitFor()

    await page.goto(unsubscribe)
    await page.getByRole('heading', { name: 'Unsubscribe from e-mails?' }).waitFor()
    await expectSoundView(page, 'mail-unsubscribe')
    await page.getByRole('link', { name: 'Keep e-mails on' }).click()
    await page.getByRole('heading', { name: 'The catalogue' }).waitFor()
    await page.goto(unsubscribe)
    await page.getByRole('button', { name: 'Unsubscribe' }).click()
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor()
    await expectSoundView(page, 'mail-unsubscribed')
    await page.getByRole('link', { name: 'your account' }).click()
    await page.waitForURL(/\/sign-in\?redirect=%2Faccount$/)

    await page.goto(cancel.slice(0, -1))
    await page.getByRole('heading', { name: 'This link is not valid' }).waitFor()
    await expectSoundView(page, 'mail-unknown')
    await page.goto('/dev/mail/999')
    await page.getByRole('heading', { name: 'E-mail not found' }).waitFor()
    await expectSoundView(page, 'mail-not-held')
    await page.getByRole('link', { name: 'Held e-mails' }).click()
    await page.getByRole('heading', { name: 'Held e-mails' }).waitFor()
  })

  test('lists refused e-mails with the response of the mail server, without breaking words in the table', async () => {
    const refusal =
      '550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table; see https://mail.example/errors/5.1.1-user-unknown-in-virtual-mailbox-table'
    const refusals: Record<string, string> = {}
    await using mailServer = await startMailServer(refusals)
    await using shop = await startBrowserShop({ env: mailServer.env })
    const books = await fillQueues(shop, 2)
    for (const email of ['reader-1@readers.example', 'reader-2@readers.example']) {
      const link = new URL(await mailServer.link(email, 'verify'), shop.url)
      await shop.admin.auth.verifyEmail.mutate({ token: link.searchParams.get('token') ?? '' })
    }
    refusals['reader-1@readers.example'] = refusal
    await shop.admin.stock.set.mutate({ bookId: books.get('Dune') ?? 0, quantity: 1 })
    const states = async () =>
      (await shop.admin.deliveries.list.query({})).items
        .filter(({ kind }) => kind === 'restock')
        .map(({ state }) => state)
        .toSorted()
    await expect.poll(states).toEqual(['failed', 'sent'])
    const { page } = await shop.visit()
    await openAsAdmin(shop, page, '/admin/deliveries?state=failed')
    const row = page.getByRole('row').filter({ hasText: 'reader-1@readers.example' })
    await row.getByText(refusal).waitFor()
    await expectSoundView(page, 'admin-deliveries-failed')
    // Each on one line: a long response leaves room for the other columns.
    await page.setViewportSize({ width: 1280, height: 800 })
    for (const cell of [row.getByRole('link', { name: 'Dune' }), row.getByRole('button')]) {
      expect((await cell.boundingBox())?.height).toBeLessThan(50)
    }
    expect((await row.getByRole('link', { name: 'Dune' }).boundingBox())?.height).toBeLessThan(30)
    for (const width of [801, 800]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
    await page.getByRole('button', { name: 'Resend all' }).click()
    await page.getByText('1 e-mail will be queued for resending.').waitFor()
    await expectSoundView(page, 'admin-redrive-failed')
  })
})
