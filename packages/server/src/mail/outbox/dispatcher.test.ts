import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { PrebookError } from '@prebook/core'
import type { Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import type { Services } from '../../services.ts'
import { dispatchDeliveries } from './dispatcher.ts'
import { createMailCounters, createMailFigures } from '../mail-figures.ts'
import { startMail } from '../start-mail.ts'
import { collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'

/** The same services with hooks around reads and writes. */
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
    async write(work, eventFor) {
      hooks.before?.()
      const result = await store.write(work, eventFor)
      await hooks.after?.()
      return result
    },
    writeOnBook: (bookId, lock, work, eventFor) => store.writeOnBook(bookId, lock, work, eventFor),
    writeOnBooks: (bookIds, lock, work, eventFor) => store.writeOnBooks(bookIds, lock, work, eventFor),
    writeOnAdmins: (work, eventFor) => store.writeOnAdmins(work, eventFor),
    checkWritable: () => store.checkWritable(),
    emptyLog: () => store.emptyLog(),
    listen: (onEvent) => store.listen(onEvent),
    close: () => store.close(),
  }
  return { ...services, store: watched }
}

const dispatch = (services: Services) =>
  dispatchDeliveries(services, { stopped: () => false, written: () => {} })

/** For each waitlist: how many prebooks its cursor has passed, and how many deliveries there are. */
async function cursorAndRows(store: Store) {
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
  test('writes exactly the rows up to its cursor with each commit', async () => {
    await using shop = await openMailShop(engine)
    for (const people of [600, 3]) await shop.restock((await shop.wait(people)).bookId)
    let commits = 0
    await dispatch(
      around(shop.services, {
        async after() {
          commits += 1
          for (const { passed, written, all } of await cursorAndRows(shop.store)) {
            expect(written).toBe(passed)
            expect(all).toBe(written)
          }
        },
      }),
    )
    // Slices grow while they keep the event loop free, so a fast machine needs two for the longer waitlist.
    expect(commits).toBeGreaterThan(2)
    expect(await shop.deliveries()).toHaveLength(603)
  })

  test('resumes after a failure at any write, without gaps or duplicates', async () => {
    await using shop = await openMailShop(engine)
    const { bookId, waiting } = await shop.wait(700)
    await shop.restock(bookId)
    for (let done = false; !done; await turn()) {
      let writes = 0
      const broken = around(shop.services, {
        before() {
          writes += 1
          // The first write succeeds and the next never starts, as if the process had died.
          if (writes > 1) throw new Error('The process died.')
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

  test('stores the number of notified readers before any message is due', async () => {
    await using shop = await openMailShop(engine)
    const { bookId, waitlistId } = await shop.wait(2)
    await shop.restock(bookId)
    await dispatch(
      around(shop.services, {
        async after() {
          const { count, waitlist } = await shop.store.read(async (reader) => ({
            count: (await reader.selectFrom('deliveries').select('id').execute()).length,
            waitlist: await reader
              .selectFrom('waitlists')
              .select('notified_count')
              .where('id', '=', waitlistId)
              .executeTakeFirstOrThrow(),
          }))
          expect(count === 0 || waitlist.notified_count === 2).toBe(true)
        },
      }),
    )
    expect(await shop.deliveries()).toHaveLength(2)
  })
})

describe.each(engines)('a delivery on $name', (engine) => {
  test('is not sent when another process took it over between the claim and the check', async () => {
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
        // All reads wait until this is committed, including the check.
        await (theft ??= shop.store.write((tx) => tx.updateTable('deliveries').set(thief).execute()))
      },
    })
    const log = collectLog()
    const mail = startMail(services, settings(smtp.url), log, quick)
    await until('the loss is detected', () =>
      log.lines.find(({ message }) => message.startsWith('another process took over a delivery')),
    )
    await mail.stop(1_000)
    expect(smtp.arrived).toEqual([])
    expect(await shop.deliveries()).toMatchObject([{ state: 'sending', lease_token: 'another process' }])
    expect(await mail.figures()).toMatchObject({ lost: 1, sent: 0 })
  })

  test('is recorded as sent, and sent once, however long the store is busy', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    let rejected = 0
    const services = around(shop.services, {
      before() {
        if (smtp.arrived.length === 0 || rejected === 60) return
        rejected += 1
        throw new PrebookError('STORE_BUSY')
      },
    })
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    const [row] = await shop.settled(1)
    await mail.stop(1_000)
    expect(row).toMatchObject({ state: 'sent', attempts: 1 })
    expect(rejected).toBe(60)
    expect(smtp.arrived).toHaveLength(1)
  })

  test('is sent a second time after its lease expires when its outcome cannot be recorded', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    const log = collectLog()
    const services = around(shop.services, {
      before() {
        const abandoned = log.lines.some(
          ({ message }) =>
            message === 'could not record the outcome of a delivery; the e-mail may be sent twice',
        )
        if (smtp.arrived.length > 0 && !abandoned) throw new Error('a bug')
      },
    })
    const mail = startMail(services, settings(smtp.url), log, { ...quick, leaseMs: 600 })
    const [row] = await shop.settled(1)
    await mail.stop(1_000)
    expect(row).toMatchObject({ state: 'sent' })
    expect(smtp.arrived).toHaveLength(2)
    expect(new Set(smtp.arrived.map(({ messageId }) => messageId)).size).toBe(1)
  })

  test('is counted in the backlog once the database can be read, and not before', async () => {
    await using shop = await openMailShop(engine)
    const database = { busy: true }
    const services = around(shop.services, {
      async beforeRead() {
        if (database.busy) throw new PrebookError('STORE_BUSY')
      },
    })
    const figures = createMailFigures({
      ...services,
      counters: createMailCounters(),
      serverReachable: () => null,
    })
    expect(await figures()).toMatchObject({ held: 0, backlog: null, oldestPendingMs: null })
    database.busy = false
    expect(await figures()).toMatchObject({ backlog: 0, oldestPendingMs: 0, undispatchedWaitlists: 0 })
  })
})
