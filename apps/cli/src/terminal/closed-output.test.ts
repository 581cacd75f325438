import { endWithParent, spawnNode } from '@prebook/testing/spawn'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entry } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const stockOf = async (bookId: number) => (await shop.admin.client.books.get.query({ bookId })).stockQuantity

/** A device that always fails with ENOSPC. */
const FULL = '/dev/full'

/** Runs the command with one of its outputs closed by the reader, as in `prebook … | true`. */
async function runWithClosed(args: string[], closed: 'stdout' | 'stderr'): Promise<number | null> {
  const child = spawnNode([entry, ...args], { env: shop.adminCli.env })
  for (const name of ['stdout', 'stderr'] as const) {
    if (name === closed) child[name].destroy()
    else child[name].resume()
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

describe('a closed output', () => {
  test('does not prevent a restock', async () => {
    const book = await shop.createBook()
    expect(await runWithClosed(['restock', String(book.id), '--to', '5', '--yes'], 'stdout')).toBe(0)
    expect(await stockOf(book.id)).toBe(5)
  })

  test('does not stop an import', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => `,An author,9.99,no ISBN ${index}`)
    const file = await shop.adminCli.write(
      'unread.csv',
      ['title,author,price,isbn', ...rows, 'Ubik,Philip K. Dick,9.99,9780679736646'].join('\n'),
    )
    expect(await runWithClosed(['books', 'import', file, '--json'], 'stdout')).toBe(1)
    expect(await shop.admin.client.books.get.query({ isbn: '9780679736646' })).toMatchObject({
      title: 'Ubik',
    })
  })

  test('on standard error does not stop a command either', async () => {
    const file = await shop.adminCli.write(
      'unread-errors.csv',
      'title,author,price,isbn\n,an author,1.00,1\nValis,Philip K. Dick,9.99,9780553205947\n',
    )
    expect(await runWithClosed(['books', 'import', file], 'stderr')).toBe(1)
    expect(await shop.admin.client.books.get.query({ isbn: '9780553205947' })).toMatchObject({
      title: 'Valis',
    })
    expect(await runWithClosed(['restock', 'no such book', '--to', '5', '--yes'], 'stderr')).toBe(5)
  })

  test('ends a watch', async () => {
    const book = await shop.createBook()
    const { movement } = await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 5 })
    const before = String((movement?.id ?? 0) - 1)
    expect(await runWithClosed(['watch', '--after', before], 'stdout')).toBe(0)
  })
})

test.skipIf(!existsSync(FULL))('reports output that cannot be written after the work is done', async () => {
  const book = await shop.createBook()
  await using full = await open(FULL, 'w')
  const child = spawn(
    process.execPath,
    [...endWithParent, entry, 'restock', String(book.id), '--to', '5', '--yes'],
    {
      env: shop.adminCli.env,
      stdio: ['ignore', full.fd, 'pipe', 'ipc'],
    },
  )
  const stderrText = child.stderr === null ? '' : text(child.stderr)
  const [[code], stderr] = await Promise.all([once(child, 'close'), stderrText])
  expect(code).toBe(1)
  expect(stderr).toBe('error: Cannot write the output (ENOSPC).\n')
  expect(await stockOf(book.id)).toBe(5)
})
