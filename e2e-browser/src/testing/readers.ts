import { WAIT_MS } from '@prebook/testing/bounds'
import { createClient, type PrebookClient } from '@prebook/client'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { fillShelves } from './books.ts'
import { signIn, type Account, type Shop, type Visitor } from './browser-shop.ts'

/** A reader signed in in a browser, with a client for actions of the same reader elsewhere. */
export type Reader = Visitor & { account: Account; client: PrebookClient }

/** Creates a reader and opens a page as them. */
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

/** Fills the shop and returns a sold-out book. */
export async function soldOutBook(shop: Shop): Promise<{ bookId: number; address: string }> {
  const bookId = (await fillShelves(shop.admin)).get('Dune')?.id ?? 0
  return { bookId, address: `/books/${bookId}` }
}

/** The entry of a book in "My pre-bookings". */
export function listItem(page: Page, title: string) {
  return page.getByRole('article').filter({ has: page.getByRole('heading', { name: title }) })
}

/** Waits until the header shows a connection state. */
export async function expectConnection(page: Page, state: 'Live' | 'Reconnecting…' | 'Offline') {
  await page.getByRole('banner').getByText(state, { exact: true }).waitFor({ timeout: WAIT_MS })
}

/** The notice that a book is back in stock. */
export function backInStockNotice(page: Page, title = 'Dune') {
  return page.getByRole('log', { name: 'Notifications' }).getByText(`${title} is back in stock`)
}

/** Counts the open prebook streams in all tabs of a browser. */
export function watchStreams(page: Page): () => number {
  const open = new Map<object, Page>()
  page.context().on('request', (request) => {
    if (request.url().includes('/trpc/prebooks.watch')) open.set(request, request.frame().page())
  })
  page.context().on('requestfinished', (request) => open.delete(request))
  page.context().on('requestfailed', (request) => open.delete(request))
  return () => [...open.values()].filter((tab) => !tab.isClosed()).length
}
