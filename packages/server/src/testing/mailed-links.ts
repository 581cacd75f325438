import { mailedLinkPurposes } from '@prebook/core'
import type { AccountLinkPayload } from '../mail/content/account-mails.ts'
import { links } from './mail-shop.ts'
import type { TestServer } from './server.ts'

/** Options of a test server that has a mail server, as far as its use cases know. */
export const withMail = { mail: { links, configured: true } }

/** The queued mails of a kind, oldest first: where each goes, and the token of its link. */
export async function mailedLinks(
  { services }: Pick<TestServer, 'services'>,
  kind: keyof typeof mailedLinkPurposes,
): Promise<{ userId: number; recipient: string | null; lane: string; token: string }[]> {
  const rows = await services.store.read((reader) =>
    reader.selectFrom('deliveries').selectAll().where('kind', '=', kind).orderBy('id').execute(),
  )
  return rows.map(({ user_id, recipient, lane, payload }) => {
    const { generation, expiresAt } = JSON.parse(payload ?? '{}') as AccountLinkPayload
    const url = links.accountPage(mailedLinkPurposes[kind], user_id ?? 0, generation, expiresAt)
    const token = new URL(url).searchParams.get('token') ?? ''
    return { userId: user_id ?? 0, recipient, lane, token }
  })
}

/** The token of the latest mail of a kind. */
export async function latestToken(
  server: Pick<TestServer, 'services'>,
  kind: keyof typeof mailedLinkPurposes,
): Promise<string> {
  const latest = (await mailedLinks(server, kind)).at(-1)
  if (latest === undefined) throw new Error(`No mail of the kind ${kind} is queued.`)
  return latest.token
}
