import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import type { AccountLinkPurpose, DeliveryKind } from '@prebook/core'
import { openAccountLink, queueMail, updateUser, type DeliveryRow, type Tx } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { links, openMailShop, settings } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'

const HOUR = 3_600_000

const kinds: { kind: DeliveryKind; purpose: AccountLinkPurpose; says: RegExp; lasts: string }[] = [
  { kind: 'verify', purpose: 'verify', says: /Confirm that the address is yours/, lasts: '7 days' },
  { kind: 'reset', purpose: 'reset', says: /reset the password of your account/, lasts: '30 minutes' },
  {
    kind: 'set-password',
    purpose: 'reset',
    says: /because you pre-booked a book without a password/,
    lasts: '30 minutes',
  },
  { kind: 'invite', purpose: 'invite', says: /invites you to work with its pre-bookings/, lasts: '7 days' },
  {
    kind: 'change-email',
    purpose: 'verify',
    says: /use this e-mail address for your account/,
    lasts: '7 days',
  },
]

/** Opens a link for an account and queues the mail with it. */
async function mailLink(
  tx: Tx,
  mail: { kind: DeliveryKind; purpose: AccountLinkPurpose; userId: number; expiresAt: number; now: number },
  recipient: { recipient?: string } = {},
) {
  const { kind, purpose, userId, expiresAt, now } = mail
  const generation = await openAccountLink(tx, { userId, purpose, expiresAt })
  const dedupeKey = `${kind}:${userId}:${generation}`
  const payload = { generation, expiresAt }
  await queueMail(tx, { kind, lane: 'now', userId, dedupeKey, payload, now, ...recipient })
  return generation
}

async function openAccount(engine: (typeof engines)[number]) {
  const shop = await openMailShop(engine)
  const { waiting } = await shop.wait(1)
  return { shop, userId: waiting[0]?.userId ?? 0, email: waiting[0]?.email ?? '' }
}

const outcome = (rows: DeliveryRow[]) =>
  rows.map(({ kind, state, skip_reason }) => [kind, state, skip_reason])

describe.each(engines)('mail about an account on $name', (engine) => {
  test.each(kinds)('of the kind $kind has a link that works until it expires', async (it) => {
    await using smtp = await startTestSmtp()
    const { shop, userId, email } = await openAccount(engine)
    await using _ = shop
    const now = shop.services.now()
    const expiresAt = now + HOUR
    // People ask for such a mail, so opting out does not stop it.
    await shop.change(userId, { mail_opt_out: 1 })
    shop.start(settings(smtp.url))
    const to = it.kind === 'change-email' ? 'new@example.org' : email
    const generation = await shop.store.write(
      (tx) =>
        mailLink(tx, { ...it, userId, expiresAt, now }, it.kind === 'change-email' ? { recipient: to } : {}),
      () => ({ kind: 'mail-queued' }),
    )
    expect(outcome(await shop.settled(1))).toEqual([[it.kind, 'sent', null]])
    expect(smtp.arrived.map((mail) => mail.to)).toEqual([[to]])
    const parsed = await PostalMime.parse(smtp.arrived[0]?.raw ?? '')
    const link = links.accountPage(it.purpose, userId, generation, expiresAt)
    for (const body of [parsed.text ?? '', parsed.html ?? '']) {
      expect(body).toMatch(it.says)
      expect(body).toContain(it.lasts)
      expect(body).toContain(link)
    }
    expect(parsed.headers.map(({ key }) => key)).not.toContain('list-unsubscribe')
    const token = new URL(link).searchParams.get('token') ?? ''
    expect(links.readAccount(it.purpose, token, now)).toEqual({ userId, generation })
    // The outbox holds no link that works.
    const stored = await shop.store.read((reader) => reader.selectFrom('deliveries').selectAll().execute())
    expect(JSON.stringify(stored)).not.toContain(token.split('.').at(-1))
  })

  test('is skipped when its link was replaced or used, has expired, or the account is deactivated', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId } = await openAccount(engine)
    await using _ = shop
    const now = shop.services.now()
    const other = (await shop.wait(1)).waiting[0]?.userId ?? 0
    await shop.store.write(async (tx) => {
      const mail = { userId, now }
      await mailLink(tx, { ...mail, kind: 'reset', purpose: 'reset', expiresAt: now + HOUR })
      await mailLink(tx, { ...mail, kind: 'reset', purpose: 'reset', expiresAt: now + HOUR })
      await mailLink(tx, { ...mail, kind: 'invite', purpose: 'invite', expiresAt: now - 1 })
      await mailLink(tx, { ...mail, kind: 'verify', purpose: 'verify', expiresAt: now + HOUR })
      await tx
        .updateTable('account_links')
        .set({ expires_at: 0 })
        .where('user_id', '=', userId)
        .where('purpose', '=', 'verify')
        .execute()
      await mailLink(tx, { now, userId: other, kind: 'reset', purpose: 'reset', expiresAt: now + HOUR })
      await updateUser(tx, other, { is_active: 0 })
    })
    shop.start(settings(smtp.url))
    expect(outcome(await shop.settled(5))).toEqual([
      ['reset', 'skipped', 'superseded'],
      ['reset', 'sent', null],
      ['invite', 'skipped', 'expired'],
      ['verify', 'skipped', 'superseded'],
      ['reset', 'skipped', 'deactivated'],
    ])
    expect(smtp.arrived).toHaveLength(1)
  })

  test('tells the old address that it was changed', async () => {
    await using smtp = await startTestSmtp()
    const { shop, userId } = await openAccount(engine)
    await using _ = shop
    const mail = { kind: 'email-changed', lane: 'now', dedupeKey: 'email-changed:1' } as const
    await shop.store.write((tx) =>
      queueMail(tx, { ...mail, userId, recipient: 'old@example.org', now: shop.services.now() }),
    )
    shop.start(settings(smtp.url))
    expect(outcome(await shop.settled(1))).toEqual([['email-changed', 'sent', null]])
    expect(smtp.arrived[0]?.to).toEqual(['old@example.org'])
    expect((await PostalMime.parse(smtp.arrived[0]?.raw ?? '')).text).toContain(
      'Your account now uses another e-mail address',
    )
  })
})
