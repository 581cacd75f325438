import { WAIT_MS } from '@prebook/testing/bounds'
import { createClient, type PrebookClient } from '@prebook/client'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { fillShelves } from './books.ts'
import { signIn, type Account, type Shop, type Visitor } from './browser-shop.ts'

/** A reader at a browser, signed in there, and a client with which the same reader acts elsewhere. */
export type Reader = Visitor & { account: Account; client: PrebookClient }

/** A new reader who looks at an address of the shop. */
export async function visitAs(
  shop: Shop,
  name: string,
  address = '/',
  options: BrowserContextOptions = {},
): Promise<Reader> {
  const account = await shop.createReader(name)
  const { token } = await createClient({ url: shop.url }).auth.login.mutate(account)
  const visitor = await shop.visit(options)
  await visitor.page.goto(address)
  await signIn(visitor.page, account)
  return { ...visitor, account, client: createClient({ url: shop.url, token }) }
}

/** The book that is sold out and everybody wants. */
export async function soldOutBook(shop: Shop): Promise<{ bookId: number; address: string }> {
  const bookId = (await fillShelves(shop.admin)).get('Dune')?.id ?? 0
  return { bookId, address: `/books/${bookId}` }
}

/** The pre-booking of a book in the list of one's own. */
export function listed(page: Page, title: string) {
  return page.getByRole('article').filter({ has: page.getByRole('heading', { name: title }) })
}

/** Waits until the header says how it stands with the live updates. */
export async function expectConnection(page: Page, words: 'Live' | 'Reconnecting …' | 'Offline') {
  await page.getByRole('banner').getByText(words, { exact: true }).waitFor({ timeout: WAIT_MS })
}

/** The notice that a book is back. */
export function backNotice(page: Page, title = 'Dune') {
  return page.getByRole('log', { name: 'Notices' }).getByText(`${title} is back in stock`)
}

/** Streams of pre-bookings that a browser holds open now, in all of its tabs. */
export function watchStreams(page: Page): () => number {
  const open = new Map<object, Page>()
  page.context().on('request', (request) => {
    if (request.url().includes('/trpc/prebooks.watch')) open.set(request, request.frame().page())
  })
  page.context().on('requestfinished', (request) => open.delete(request))
  page.context().on('requestfailed', (request) => open.delete(request))
  return () => [...open.values()].filter((tab) => !tab.isClosed()).length
}
