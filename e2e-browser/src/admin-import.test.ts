import { limits } from '@prebook/client/limits'
import { readFile } from 'node:fs/promises'
import { isbnOf } from '@prebook/testing/isbn'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, startBrowserShop, type Shop } from './testing/browser-shop.ts'
import { addNumberedBooks, addWaitingReaders } from './testing/scanning.ts'
import { expectSoundView } from './testing/views.ts'
import { workbookOf } from './testing/workbook.ts'

type Content = string | Uint8Array

async function openImport(shop: Shop, page: Page): Promise<void> {
  await openAsAdmin(shop, page, '/admin/import')
  await page.getByRole('button', { name: 'Choose a file' }).waitFor()
}

async function choose(page: Page, content: Content, name = 'books.csv'): Promise<void> {
  const buffer = Buffer.from(content)
  await page.getByLabel('File with books').setInputFiles({ name, mimeType: 'text/csv', buffer })
  await page.getByRole('heading', { name }).waitFor()
}

/** Checks, imports, and returns the sentence with the totals. */
async function checkAndImport(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByRole('heading', { name: 'Checked: nothing was changed' }).waitFor()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByRole('heading', { name: 'Imported' }).waitFor()
  return page.locator('.scan-effect').innerText()
}

const find = (shop: Shop, number: number) => shop.admin.books.get.query({ isbn: isbnOf(number) })

/** The text in an encoding of one byte a character, in which all of it exists. */
const latin1 = (text: string) => Buffer.from(text, 'latin1')

inBrowser('an import', () => {
  test('shows the columns and the first rows, checks, imports and reports', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await openImport(shop, page)
    await expectSoundView(page, 'admin-import')
    const content =
      'Title,Author,ISBN13,RRP,Publisher\n' +
      `Dune,"Herbert, Frank",${isbnOf(1)},9.99,Ace\n` +
      `No price,X,${isbnOf(2)},free,Ace\n` +
      `=cmd,X,12,1.00,Ace\n`
    await choose(page, content)
    await page.getByText('Not used: Publisher.').waitFor()
    const rows = page.getByRole('table', { name: 'First rows' }).getByRole('row')
    expect(await rows.nth(1).innerText()).toContain('Herbert, Frank')
    expect(await page.getByLabel('Price', { exact: true }).inputValue()).toBe('RRP')
    await page.getByLabel('Description', { exact: true }).selectOption('Publisher')
    await page.getByText('Not used: ').waitFor({ state: 'detached' })

    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('3 rows: 1 would be created, 0 updated, 0 unchanged, 2 refused.').waitFor()
    expect((await shop.admin.books.list.query()).items).toEqual([])
    await expectSoundView(page, 'admin-import-checked')
    expect(await checkAndImport(page)).toBe('3 rows: 1 created, 0 updated, 0 unchanged, 2 refused.')
    expect(await find(shop, 1)).toMatchObject({ title: 'Dune', priceCents: 999, description: 'Ace' })
    await expectSoundView(page, 'admin-import-done')
    const downloaded = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the report' }).click()
    const download = await downloaded
    expect(download.suggestedFilename()).toBe('books-report.csv')
    const report = await readFile(await download.path(), 'utf8')
    expect(report).toMatch(/^\uFEFFline,what,column,from,to,reason\r\n3,refused,RRP,/)
    expect(report).toContain('\r\n4,refused,ISBN13,')
  })

  test.each<[string, Content, { title: string; priceCents: number }]>([
    [
      'Windows-1252 and semicolons',
      latin1(`Titel;title;author;isbn;price\nx;Die Häuser am Fluß;X;${isbnOf(1)};19,99\n`),
      { title: 'Die Häuser am Fluß', priceCents: 1999 },
    ],
    [
      'UTF-16 without a mark',
      Buffer.from(`title\tauthor\tisbn\tprice\nMärchen\tX\t${isbnOf(1)}\t7\n`, 'utf16le'),
      { title: 'Märchen', priceCents: 700 },
    ],
    [
      'vertical bars',
      `title|author|isbn|price\nDune|X|${isbnOf(1)}|9.99\n`,
      { title: 'Dune', priceCents: 999 },
    ],
    [
      'a line that names the separator',
      `sep=;\ntitle;author;isbn;price\nDune;X;${isbnOf(1)};9,99\n`,
      { title: 'Dune', priceCents: 999 },
    ],
    [
      'an ISBN as a formula',
      `title,author,isbn,price\nDune,X,"=""${isbnOf(1)}""",9.99\n`,
      { title: 'Dune', priceCents: 999 },
    ],
    [
      'the rows of an Excel workbook',
      workbookOf([
        ['title', 'author', 'isbn', 'price'],
        ['Märchen & <Sagen>', 'X', isbnOf(1), '9.99'],
      ]),
      { title: 'Märchen & <Sagen>', priceCents: 999 },
    ],
  ])('reads a file with %s', async (_name, content, book) => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await openImport(shop, page)
    await choose(page, content)
    expect(await checkAndImport(page)).toBe('1 row: 1 created, 0 updated, 0 unchanged, 0 refused.')
    expect(await find(shop, 1)).toMatchObject(book)
  })

  test('takes the encoding of a file, and a price and an author for books without one', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await openImport(shop, page)
    // “Призрак” in windows-1251.
    const title = Buffer.from('cff0e8e7f0e0ea', 'hex')
    await choose(page, Buffer.concat([Buffer.from('title,isbn\n'), title, Buffer.from(`,${isbnOf(1)}\n`)]))
    await page.getByLabel('Encoding').selectOption('Cyrillic')
    await page.getByRole('table', { name: 'First rows' }).getByText('Призрак').waitFor()
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('1 refused').waitFor()
    const price = page.getByLabel('Price of books without one')
    await price.fill('9.999')
    await page.getByText('Must be a price such as').waitFor()
    await page.getByRole('button', { name: 'Check' }).click()
    await price.fill('9,99')
    await page.getByLabel('Author of books without one').fill('Various')
    await expectSoundView(page, 'admin-import-reading')
    expect(await checkAndImport(page)).toBe('1 row: 1 created, 0 updated, 0 unchanged, 0 refused.')
    expect(await find(shop, 1)).toMatchObject({ title: 'Призрак', author: 'Various', priceCents: 999 })
  })

  test('lets columns be chosen that are not recognised, and refuses what is no table', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await openImport(shop, page)
    await choose(page, `Name,Author,Number,RRP\nDune,X,${isbnOf(1)},9.99\n`)
    await page.getByRole('alert').getByText('isbn').waitFor()
    await expectSoundView(page, 'admin-import-columns')
    await page.getByLabel('ISBN', { exact: true }).selectOption('Number')
    await page.getByRole('table', { name: 'First rows' }).waitFor()
    expect(await checkAndImport(page)).toContain('1 created')

    await choose(page, '', 'empty.csv')
    await page.getByText('The file is empty.').waitFor()
    await page.getByLabel('File', { exact: true }).evaluate(
      (target, text) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([text], 'dropped.csv'))
        target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
      },
      `title,author,isbn,price\nDropped,X,${isbnOf(2)},9.99\n`,
    )
    await page.getByRole('heading', { name: 'dropped.csv' }).waitFor()
    expect(await checkAndImport(page)).toContain('1 created')
  })

  test('that withdraws titles asks first, and says how many readers that concerns', async () => {
    await using shop = await startBrowserShop()
    const ids = await addNumberedBooks(shop.admin, 2)
    await addWaitingReaders(shop, 2, ids)
    const { page } = await shop.visit()
    await openImport(shop, page)
    await choose(page, `title,author,isbn,price,availability\nBook 1,An author,${isbnOf(1)},9.99,withdrawn\n`)
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('1 title would be withdrawn, 2 readers told').waitFor()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    const question = page.getByRole('dialog', { name: 'Withdraw 1 title?' })
    await question.getByText('2 readers will be told').waitFor()
    await expectSoundView(page, 'admin-import-withdraw')
    await question.getByRole('button', { name: 'Back' }).click()
    expect((await find(shop, 1)).withdrawnAt).toBeNull()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await question.getByRole('button', { name: 'Import and withdraw' }).click()
    await page.getByRole('heading', { name: 'Imported' }).waitFor()
    expect((await find(shop, 1)).withdrawnAt).not.toBeNull()
  })

  test('shows its progress, can be cancelled, and is not left by accident', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await openImport(shop, page)
    const { max } = limits.importRows
    const count = 3 * max + 50
    const rows = Array.from(
      { length: count },
      (_, index) => `Book ${index + 1},X,${isbnOf(index + 1)},9.99\n`,
    )
    await choose(page, `title,author,isbn,price\n${rows.join('')}`)
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText(`${count} rows: ${count} would be created`).waitFor()
    // The third request waits until the test lets it go.
    const waiting = Promise.withResolvers<() => void>()
    let requests = 0
    await page.route('**/trpc/books.import*', async (route) => {
      requests += 1
      if (requests === 3) await new Promise<void>((resolve) => waiting.resolve(resolve))
      await route.continue()
    })
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    const goOn = await waiting.promise
    await page.getByText(`Importing: ${2 * max} rows`).waitFor()
    await expectSoundView(page, 'admin-import-running')
    await page.getByRole('link', { name: 'Demand' }).click()
    const question = page.getByRole('dialog', { name: 'Stop the import?' })
    await question.waitFor()
    await expectSoundView(page, 'admin-import-leave')
    await question.getByRole('button', { name: 'Stay' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    goOn()
    await page.getByRole('heading', { name: 'The import was cancelled' }).waitFor()
    await page.getByText(`All rows up to line ${3 * max + 1} were imported.`).waitFor()
    await expectSoundView(page, 'admin-import-cancelled')
    expect((await find(shop, 3 * max)).title).toBe(`Book ${3 * max}`)
    await expect(find(shop, 3 * max + 1)).rejects.toThrow('Book not found.')
    await page.getByRole('link', { name: 'Demand' }).click()
    await page.waitForURL('/admin/demand')
  })
})
