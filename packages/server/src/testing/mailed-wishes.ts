import { Locale } from '@prebook/core'
import type { WishPayload } from '../mail/content/guest-mails.ts'
import type { Wish } from '../mail/content/links.ts'
import { links } from './mail-shop.ts'
import type { TestServer } from './server.ts'

/** The mails that wait to be sent and ask a guest to confirm a pre-booking, oldest first: the wish, and the token of its link. */
export async function mailedWishes({
  services,
}: Pick<TestServer, 'services'>): Promise<(Wish & { token: string })[]> {
  const rows = await services.store.read((reader) =>
    reader.selectFrom('deliveries').selectAll().where('kind', '=', 'confirm').orderBy('id').execute(),
  )
  return rows.map(({ recipient, book_id, payload, locale }) => {
    const { id, expiresAt } = JSON.parse(payload ?? '{}') as WishPayload
    const wish = { id, expiresAt, bookId: book_id ?? 0, email: recipient ?? '', locale: Locale.parse(locale) }
    return { ...wish, token: tokenOf(links.confirmPage(wish)) }
  })
}

/** The token in the address of a page that a mail links to. */
export function tokenOf(url: string): string {
  return new URL(url).searchParams.get('token') ?? ''
}
