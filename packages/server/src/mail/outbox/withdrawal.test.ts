import { describe, expect, test } from 'vitest'
import { findWaitlist } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { collectLog, links, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'
import { previewMail } from '../preview-mail.ts'
import { dispatchDeliveries } from './dispatcher.ts'

describe.each(engines)('mail about a withdrawal on $name', (engine) => {
  test('goes once to each reader who waited, after several slices, and to no other', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const successor = await shop.wait(0, 'Dune, new edition')
    // More than one slice.
    const { bookId, waitlistId, waiting } = await shop.wait(260)
    const [left, optedOut, deactivated] = waiting
    if (left === undefined || optedOut === undefined || deactivated === undefined)
      throw new Error('The test needs three readers.')
    await shop.cancel(left.prebookId, 'waiting')
    await shop.change(optedOut.userId, { mail_opt_out: 1 })
    await shop.change(deactivated.userId, { is_active: 0 })
    const other = await shop.wait(1)
    const mail = shop.start(settings(smtp.url), quick)
    await shop.withdraw(bookId, { successorId: successor.bookId, note: 'Sorry for the wait.' })
    const rows = await shop.settled(waiting.length - 1)
    await mail.stop(1_000)

    expect(new Set(rows.map(({ kind, lane }) => `${kind} ${lane}`))).toEqual(new Set(['withdrawal bulk']))
    expect(rows.map(({ prebook_id }) => prebook_id)).toEqual(
      waiting.slice(1).map(({ prebookId }) => prebookId),
    )
    const skipped = rows.filter(({ state }) => state === 'skipped')
    expect(skipped.map(({ prebook_id, skip_reason }) => [prebook_id, skip_reason])).toEqual([
      [optedOut.prebookId, 'opted-out'],
      [deactivated.prebookId, 'deactivated'],
    ])
    expect(smtp.arrived.map(({ to }) => String(to[0])).toSorted()).toEqual(
      waiting
        .slice(3)
        .map(({ email }) => email)
        .toSorted(),
    )
    expect(smtp.arrived[0]?.raw).toContain('List-Unsubscribe')
    expect(await shop.store.read((reader) => findWaitlist(reader, waitlistId))).toMatchObject({
      dispatched_at: expect.any(Number),
      notified_at: null,
      waiting_count: waiting.length - 1,
    })
    expect(other.waiting).toHaveLength(1)
  })

  test('says what is true when it is sent', async () => {
    await using shop = await openMailShop(engine)
    const [gone, back, stocked] = [
      await shop.wait(1, 'Gone'),
      await shop.wait(1, 'Back'),
      await shop.wait(1, 'Stocked'),
    ]
    const successor = await shop.wait(0, 'The next')
    for (const { bookId } of [gone, back, stocked])
      await shop.withdraw(bookId, { successorId: successor.bookId, note: 'A word.' })
    await dispatchDeliveries(shop.services, { stopped: () => false, written: () => {} })
    const mail = shop.start(null, quick, collectLog())
    await until('all are held', async () =>
      (await shop.deliveries()).every(({ state }) => state === 'held') ? true : undefined,
    )
    await mail.stop(1_000)
    await shop.store.write((tx) =>
      tx
        .updateTable('books')
        .set({ withdrawn_at: null, successor_id: null })
        .where('id', 'in', [back.bookId, stocked.bookId])
        .execute(),
    )
    await shop.restock(stocked.bookId)
    const subjects = async () =>
      (await previewMail(shop.services, links, { limit: 9, beforeId: null })).map(({ subject }) => subject)
    expect((await subjects()).toSorted()).toEqual([
      '“Back” can be pre-booked after all',
      '“Gone” will not come back',
      '“Stocked” is in stock after all',
    ])
    const mails = await previewMail(shop.services, links, { limit: 9, beforeId: null })
    const first = mails.find(({ subject }) => subject.includes('Gone'))
    expect(first?.text).toContain('A word.')
    expect(first?.text).toContain('“The next” by Frank Herbert replaces it')
  })

  test('tells a reader who waits again that this is so', async () => {
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(2)
    await shop.withdraw(bookId)
    await dispatchDeliveries(shop.services, { stopped: () => false, written: () => {} })
    await shop.store.write(async (tx) => {
      await tx.updateTable('books').set({ withdrawn_at: null }).where('id', '=', bookId).execute()
      const again = await tx
        .insertInto('waitlists')
        .values({ book_id: bookId, opened_at: 1 })
        .returning('id')
        .executeTakeFirstOrThrow()
      const userId = waiting[1]?.userId ?? 0
      await tx
        .insertInto('prebooks')
        .values({ waitlist_id: again.id, user_id: userId, created_at: 1 })
        .execute()
      await tx.updateTable('waitlists').set({ waiting_count: 1 }).where('id', '=', again.id).execute()
      await tx.updateTable('deliveries').set({ state: 'held' }).execute()
    })
    const mails = await previewMail(shop.services, links, { limit: 9, beforeId: null })
    const textTo = (email: string | undefined) => mails.find(({ to }) => to === email)?.text
    expect(textTo(waiting[0]?.email)).toContain('Pre-book it again')
    expect(textTo(waiting[1]?.email)).toContain('You have pre-booked it again')
  })
})
