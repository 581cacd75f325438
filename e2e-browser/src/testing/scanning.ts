import { isbnOf } from '@prebook/testing/isbn'
import { createClient, type PrebookClient } from '@prebook/client'
import type { Page } from 'playwright-core'
import type { Shop } from './browser-shop.ts'

/** Adds numbered books, in the order of their numbers: `Book 0` with `isbnOf(0)`, and so on. */
export async function addNumberedBooks(admin: PrebookClient, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let first = 0; first < count; first += 100) {
    const rows = Array.from({ length: Math.min(100, count - first) }, (_, index) => ({
      title: `Book ${first + index}`,
      author: 'An author',
      priceCents: 999,
      isbn: isbnOf(first + index),
    }))
    const { outcomes } = await admin.books.import.mutate({ rows })
    ids.push(...outcomes.map((outcome) => (outcome.outcome === 'invalid' ? 0 : (outcome.bookId ?? 0))))
  }
  return ids
}

/** Lets some readers wait for each of some books. */
export async function addWaitingReaders(shop: Shop, readers: number, bookIds: number[]): Promise<void> {
  for (let number = 0; number < readers; number += 1) {
    const account = await shop.createReader(`waiting-${number}`)
    const { token } = await createClient({ url: shop.url }).auth.login.mutate(account)
    const client = createClient({ url: shop.url, token })
    for (const bookId of bookIds) await client.prebooks.create.mutate({ bookId })
  }
}

/** Does what a barcode scanner does: types a code wherever the focus is, ends it with Enter, and waits for nothing. */
export async function beep(page: Page, ...codes: string[]): Promise<void> {
  for (const code of codes) {
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
  }
}
