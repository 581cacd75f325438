import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fillQueues, openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, signIn, startBrowserShop } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

/** Clicks a link and returns what it saves: the name without id and date, and the lines. */
async function download(page: Page, link: string): Promise<{ name: string; lines: string[] }> {
  const started = page.waitForEvent('download')
  await page.getByRole('link', { name: link }).click()
  const saved = await started
  const text = await readFile(await saved.path(), 'utf8')
  return {
    name: saved.suggestedFilename().replace(/(?:-\d+)+(?=\.csv$)/, ''),
    lines: text.trimEnd().split('\r\n'),
  }
}

inBrowser('lists', () => {
  test('are saved as files, with the filters of the page', async () => {
    await using shop = await startBrowserShop()
    const books = await fillQueues(shop, 4)
    const { page } = await shop.visit()
    await openAsAdmin(shop, page, '/admin/demand')
    const demand = await download(page, 'Download CSV')
    expect(demand.name).toBe('demand.csv')
    expect(demand.lines.slice(1)).toMatchObject([
      expect.stringContaining('Dune'),
      expect.stringContaining('Pippi Longstocking'),
    ])

    await page.goto('/admin/books?query=dune')
    const catalogue = await download(page, 'Download CSV')
    expect(catalogue.name).toBe('books.csv')
    expect(catalogue.lines).toHaveLength(2)

    await page.goto(`/admin/books/${books.get('Dune')}`)
    const waitlist = await download(page, 'Download waitlist')
    expect(waitlist.name).toBe('waitlist.csv')
    expect(waitlist.lines).toHaveLength(5)
    expect(waitlist.lines[1]).toContain('reader-1@readers.example')
    await shop.admin.stock.set.mutate({ bookId: books.get('Dune') ?? 0, quantity: 3, note: '=1+1' })
    const history = await download(page, 'Download CSV')
    expect(history.name).toBe('stock-history.csv')
    expect(history.lines[1]).toContain("'=1+1")

    await page.goto('/admin/deliveries?state=held')
    await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor()
    const held = await download(page, 'Download CSV')
    expect(held.name).toBe('deliveries.csv')
    expect(held.lines.length).toBe(
      1 + (await shop.admin.deliveries.list.query({ state: 'held', limit: 100 })).items.length,
    )
    expect(held.lines.length).toBeGreaterThan(1)
  })

  test('say how many copies to order, by a rule that is shown and can be changed', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await openAsAdmin(shop, page, '/admin/order-list')
    await page.getByRole('heading', { name: 'No waiting readers' }).waitFor()
    await expectSoundView(page, 'admin-order-list-none')
    await fillQueues(shop, 4)
    await page.reload()
    await page.getByText('One copy for every 3 readers waiting, rounded up.').waitFor()
    const rows = page.getByRole('table', { name: 'books to order' }).getByRole('row')
    await rows.nth(1).getByText('2 copies').waitFor()
    await expectSoundView(page, 'admin-order-list')
    await page.getByLabel('Readers per copy').fill('none')
    await page.getByRole('button', { name: 'Apply' }).click()
    expect(await page.getByLabel('Readers per copy').getAttribute('aria-invalid')).toBe('true')
    await expectSoundView(page, 'admin-order-list-wrong')
    await page.getByLabel('Readers per copy').fill('1')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.waitForURL('/admin/order-list?readersPerCopy=1')
    await rows.nth(1).getByText('4 copies').waitFor()
    const { name, lines } = await download(page, 'Download CSV')
    expect(name).toBe('order-list.csv')
    expect(lines[1]).toMatch(/Dune.*\b4\b/)
  })

  test('do not offer staff what only admins may see', async () => {
    await using shop = await startBrowserShop()
    const staff = await shop.createReader('staff')
    const { items } = await shop.admin.users.list.query({ query: staff.email })
    await shop.admin.users.setRole.mutate({ userId: items[0]?.id ?? 0, role: 'staff' })
    const books = await fillQueues(shop, 1)
    const { page } = await shop.visit()
    await page.goto('/')
    await signIn(page, staff)
    await page.goto(`/admin/books/${books.get('Dune')}`)
    const waitlist = await download(page, 'Download waitlist')
    expect(waitlist.lines).toHaveLength(2)
    expect(waitlist.lines[1]).not.toContain('@readers.example')
    const links = page.getByRole('navigation', { name: 'Admin' }).getByRole('link')
    expect(await links.allInnerTexts()).toEqual([
      'Demand',
      'Order list',
      'Overdue',
      'Books',
      'Scan',
      'Import',
    ])
  })
})
