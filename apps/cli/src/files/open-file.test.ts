import { pack, workbookFiles } from '@prebook/book-files/testing/workbook'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isbnOf } from '../testing/isbn.ts'
import { openCliShop } from '../testing/shop.ts'
import { openBytes } from './open-file.ts'

test('reports a missing file and a directory', async () => {
  await expect(openBytes(join(tmpdir(), 'prebook-no-such-file.csv'))).rejects.toThrow('does not exist')
  await expect(openBytes(tmpdir())).rejects.toThrow('cannot be read')
})

test('a workbook is read from a file and from standard input', async () => {
  await using shop = await openCliShop()
  const row = (...cells: string[]) =>
    `<row>${cells.map((cell) => `<c t="str"><v>${cell}</v></c>`).join('')}</row>`
  const rows = row('title', 'author', 'isbn', 'price') + row('Dune', 'Frank Herbert', isbnOf(1), '9.99')
  const bytes = await pack(workbookFiles([{ rows }]))
  const cli = shop.adminCli
  const created = await cli.prebook(['books', 'import', await cli.write('books.xlsx', bytes)])
  expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining('1 created') })
  const again = await cli.prebook(['books', 'import', '-'], { input: bytes })
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('1 unchanged') })
})
