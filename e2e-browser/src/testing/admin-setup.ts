import { createClient, type PrebookClient } from '@prebook/client'
import type { Page } from 'playwright-core'
import { fillShelves } from './books.ts'
import type { Account, Shop } from './browser-shop.ts'

/** Fills the shop with books and waiting readers. All of them wait for Dune, every third for Pippi Longstocking. */
export async function fillQueues(shop: Shop, readers: number): Promise<Map<string, number>> {
  const books = await fillShelves(shop.admin)
  const ids = new Map(Array.from(books, ([title, { id }]) => [title, id]))
  const accounts = await Promise.all(
    Array.from({ length: readers }, (_, number) => shop.createReader(`reader-${number + 1}`)),
  )
  const clients = await Promise.all(accounts.map((account) => clientOf(shop, account)))
  for (const [number, client] of clients.entries()) {
    await client.prebooks.create.mutate({ bookId: ids.get('Dune') ?? 0 })
    if (number % 3 === 0) await client.prebooks.create.mutate({ bookId: ids.get('Pippi Longstocking') ?? 0 })
  }
  return ids
}

/** A client signed in to an account. */
export async function clientOf(shop: Shop, account: Account): Promise<PrebookClient> {
  const { token } = await createClient({ url: shop.url }).auth.login.mutate(account)
  return createClient({ url: shop.url, token })
}

/** Creates another admin with a signed-in client. */
export async function secondAdmin(shop: Shop): Promise<{ email: string; client: PrebookClient }> {
  const account = { email: 'second@bookstore.example', password: shop.adminAccount.password }
  await shop.api.createAdmin(account.email, account.password)
  return { email: account.email, client: await clientOf(shop, account) }
}

/** Signs in as the admin and opens a page. */
export async function openAsAdmin(shop: Shop, page: Page, address: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(shop.adminAccount.email)
  await page.getByLabel('Password').fill(shop.adminAccount.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: `Account menu for ${shop.adminAccount.email}` }).waitFor()
  await page.goto(address)
}
