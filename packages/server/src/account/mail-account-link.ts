import { LINK_MS, mailedLinkPurposes, PrebookError, type Role } from '@prebook/core'
import { openAccountLink, openExpiredAccountLink, queueMail, type Tx, type UserRow } from '@prebook/db'
import type { Services } from '../services.ts'

/** Mail with a link of an account. */
type LinkMail = {
  user: Pick<UserRow, 'id' | 'locale'>
  now: number
} & (
  | { kind: 'verify' | 'reset' | 'set-password' }
  | { kind: 'change-email'; email: string }
  | { kind: 'invite'; role: Role }
)

/** Opens a link of an account and queues the mail with it, which somebody waits for. Earlier such links stop working. */
export async function mailAccountLink(tx: Tx, mail: LinkMail): Promise<void> {
  const link = linkOf(mail)
  await queueLinkMail(tx, mail, { ...link, generation: await openAccountLink(tx, link) })
}

/**
 * Like {@link mailAccountLink}, unless a link for the purpose is still open.
 *
 * @param lane `bulk` for mail that was not asked for
 * @returns the end of the link, in milliseconds UTC; undefined when one is still open
 */
export async function mailAccountLinkOnce(
  tx: Tx,
  mail: LinkMail,
  lane: 'now' | 'bulk' = 'now',
): Promise<number | undefined> {
  const link = linkOf(mail)
  const generation = await openExpiredAccountLink(tx, link, mail.now)
  if (generation === undefined) return undefined
  await queueLinkMail(tx, mail, { ...link, generation }, lane)
  return link.expiresAt
}

function linkOf(mail: LinkMail) {
  const purpose = mailedLinkPurposes[mail.kind]
  return {
    userId: mail.user.id,
    purpose,
    expiresAt: mail.now + LINK_MS[purpose],
    ...('email' in mail && { email: mail.email }),
    ...('role' in mail && { role: mail.role }),
  } as const
}

async function queueLinkMail(
  tx: Tx,
  { kind, user, now, ...rest }: LinkMail,
  { generation, expiresAt }: { generation: number; expiresAt: number },
  lane: 'now' | 'bulk' = 'now',
): Promise<void> {
  await queueMail(tx, {
    kind,
    lane,
    userId: user.id,
    dedupeKey: `${kind}:${user.id}:${generation}`,
    payload: { generation, expiresAt },
    locale: user.locale,
    now,
    ...('email' in rest && { recipient: rest.email }),
  })
}

/**
 * Requires a mail server, or that somebody reads what it would get.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`
 */
export function requireMail({ mail }: Pick<Services, 'mail'>): void {
  if (!mail.configured && mail.isPreviewed !== true) throw new PrebookError('MAIL_NOT_CONFIGURED')
}
