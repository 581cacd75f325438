import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { PrebookError } from '@prebook/core'
import type { Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import type { Services } from '../../services.ts'
import { dispatchWaitlists } from './dispatcher.ts'
import { createMailCounters, createMailFigures } from '../mail-figures.ts'
import { startMail } from '../start-mail.ts'
import { collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'

/** The same services with something done before and after each write. */
function around(
  services: Services,
  hooks: { before?: () => void; after?: () => Promise<void>; beforeRead?: () => Promise<void> },
): Services {
  const { store } = services
  const watched: Store = {
    engine: store.engine,
    async read(work) {
      await hooks.beforeRead?.()
      return store.read(work)
    },
    async write(work, tell) {
      hooks.before?.()
      const result = await store.write(work, tell)
      await hooks.after?.()
      return result
    },
    writeOnBook: (bookId, lock, work, tell) => store.writeOnBook(bookId, lock, work, tell),
    listen: (hear) => store.listen(hear),
    close: () => store.close(),
  }
  return { ...services, store: watched }
}

const dispatch = (services: Services) =>
  dispatchWaitlists(services, { stopped: () => false, written: () => {} })

/** For each waitlist: how many deliveries its cursor claims, and how many there are. */
async function placeAndRows(store: Store) {
  return store.read((reader) =>
    reader
      .selectFrom('waitlists')
      .leftJoin('prebooks', (join) =>
        join
          .onRef('prebooks.waitlist_id', '=', 'waitlists.id')
          .onRef('prebooks.id', '<=', 'waitlists.dispatch_cursor'),
      )
      .leftJoin('deliveries', 'deliveries.prebook_id', 'prebooks.id')
      .select((eb) => [
        eb.fn.count<number>('prebooks.id').as('passed'),
        eb.fn.count<number>('deliveries.id').as('written'),
        eb
          .selectFrom('deliveries as d')
          .innerJoin('prebooks as p', 'p.id', 'd.prebook_id')
          .whereRef('p.waitlist_id', '=', 'waitlists.id')
          .select((sub) => sub.fn.countAll<number>().as('all'))
          .as('all'),
      ])
      .groupBy('waitlists.id')
      .execute(),
  )
}

describe.each(engines)('writing deliveries on $name', (engine) => {
  test('leaves, after each commit, exactly the rows up to its place', async () => {
    await using shop = await openMailShop(engine)
    for (const people of [600, 3]) await shop.restock((await shop.wait(people)).bookId)
    let commits = 0
    await dispatch(
      around(shop.services, {
        async after() {
          commits += 1
          for (const { passed, written, all } of await placeAndRows(shop.store)) {
            expect(written).toBe(passed)
            expect(all).toBe(written)
          }
        },
      }),
    )
    expect(commits).toBeGreaterThan(3)
    expect(await shop.deliveries()).toHaveLength(603)
  })

  test('that stops short at any write goes on from there, and nobody is left out or written twice', async () => {
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(700)
    await shop.restock(bookId)
    for (let done = false; !done; await turn()) {
      let writes = 0
      const broken = around(shop.services, {
        before() {
          writes += 1
          // The first write of a try goes through, the next never begins: as if the process had ended.
          if (writes > 1) throw new Error('The process is gone.')
        },
      })
      done = await dispatch(broken).then(
        () => true,
        () => false,
      )
    }
    const rows = await shop.deliveries()
    expect(rows.map((row) => row.prebook_id)).toEqual(waiting.map(({ prebookId }) => prebookId))
  })

  test('keeps how many were notified before any message can be due', async () => {
    await using shop = await openMailShop(engine)
    const { bookId, waitlistId } = await shop.wait(2)
    await shop.restock(bookId)
    await dispatch(
      around(shop.services, {
        async after() {
          const { count, kept } = await shop.store.read(async (reader) => ({
            count: (await reader.selectFrom('deliveries').select('id').execute()).length,
            kept: await reader
              .selectFrom('waitlists')
              .select('notified_count')
              .where('id', '=', waitlistId)
              .executeTakeFirstOrThrow(),
          }))
          expect(count === 0 || kept.notified_count === 2).toBe(true)
        },
      }),
    )
    expect(await shop.deliveries()).toHaveLength(2)
  })
})

describe.each(engines)('a delivery on $name', (engine) => {
  test('that another process took over between the claim and the check is not sent by this one', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    let theft: Promise<unknown> | undefined
    const services = around(shop.services, {
      async beforeRead() {
        const [row] = await shop.deliveries()
        if (row?.state !== 'sending') return
        const thief = { lease_token: 'another process', lease_expires_at: Date.now() + 600_000 }
        // Whoever reads waits until it is done: the check among them.
        await (theft ??= shop.store.write((tx) => tx.updateTable('deliveries').set(thief).execute()))
      },
    })
    const log = collectLog()
    const mail = startMail(services, settings(smtp.url), log, quick)
    await until('it is noticed', () =>
      log.lines.find(({ message }) => message.startsWith('another process took a delivery over')),
    )
    await mail.stop(1_000)
    expect(smtp.arrived).toEqual([])
    expect(await shop.deliveries()).toMatchObject([{ state: 'sending', lease_token: 'another process' }])
    expect(await mail.figures()).toMatchObject({ lost: 1, sent: 0 })
  })

  test('that was sent is written down as sent however long the store is busy, and goes out once', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    let refused = 0
    const services = around(shop.services, {
      before() {
        if (smtp.arrived.length === 0 || refused === 60) return
        refused += 1
        throw new PrebookError('STORE_BUSY')
      },
    })
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    const [row] = await shop.settled(1)
    await mail.stop(1_000)
    expect(row).toMatchObject({ state: 'sent', attempts: 1 })
    expect(refused).toBe(60)
    expect(smtp.arrived).toHaveLength(1)
  })

  test('whose outcome cannot be written down at all goes out once more when its lease has run out', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    const log = collectLog()
    const services = around(shop.services, {
      before() {
        const givenUp = log.lines.some(({ message }) => message === 'how sending went is not written down')
        if (smtp.arrived.length > 0 && !givenUp) throw new Error('a fault of ours')
      },
    })
    const mail = startMail(services, settings(smtp.url), log, { ...quick, leaseMs: 600 })
    const [row] = await shop.settled(1)
    await mail.stop(1_000)
    expect(row).toMatchObject({ state: 'sent' })
    expect(smtp.arrived).toHaveLength(2)
    expect(new Set(smtp.arrived.map(({ messageId }) => messageId)).size).toBe(1)
  })

  test('that waits is not counted while the database does not say, and then it is', async () => {
    await using shop = await openMailShop(engine)
    const away = { is: true }
    const services = around(shop.services, {
      async beforeRead() {
        if (away.is) throw new PrebookError('STORE_BUSY')
      },
    })
    const figures = createMailFigures({
      ...services,
      counters: createMailCounters(),
      serverReachable: () => null,
    })
    expect(await figures()).toMatchObject({ held: 0, backlog: null, oldestPendingMs: null })
    away.is = false
    expect(await figures()).toMatchObject({ backlog: 0, oldestPendingMs: 0, undispatchedWaitlists: 0 })
  })
})
