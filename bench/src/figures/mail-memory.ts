import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import type { Row } from '../frame/record.ts'
import { openConnection } from '../load/connection.ts'
import { trpcMutation } from '../load/http-request.ts'
import { residentMemoryMb } from '../servers/resident-memory.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { addCrowd, addSoldOutBooks, addWaiting, fillShop } from '../shop/fill-shop.ts'
import { workFolder } from '../shop/work-folder.ts'

/** How long writing may take, for every delivery: a bound, so that a dispatcher that stands still is noticed. */
const PATIENCE_MS_EACH = 10

/** Whether the process grows with the deliveries that a broadcast wants written. */
export const mailMemory: Bench = {
  name: 'mail-memory',
  about: 'memory of the API while it writes 1,000,000 deliveries',
  async run({ most, progress }) {
    const all = Math.min(1_000_000, most)
    await using disposables = new AsyncDisposableStack()
    const folder = disposables.use(await workFolder())
    const url = `file:${folder.path('mail.db')}`
    const store = disposables.adopt(await openStore(url), (opened) => opened.close())
    const { admin } = await fillShop(store, { readers: 1, books: 1 })
    progress(`filling a waitlist of ${all.toLocaleString('en')}`)
    const { first: bookId } = await addSoldOutBooks(store, 1)
    await addWaiting(store, bookId, await addCrowd(store, all))
    const api = disposables.use(await startMeasuredApi({ databaseUrl: url }))
    const connection = disposables.adopt(await openConnection(api.url), (opened) => opened.close())
    const written = () =>
      store.read(async (reader) => {
        const row = await reader
          .selectFrom('deliveries')
          .select((eb) => eb.fn.max<number | null>('id').as('last'))
          .executeTakeFirst()
        return row?.last ?? 0
      })
    const way = 'deliveries written'
    const at = (count: number) => `${count.toLocaleString('en')} deliveries`
    const rows: Row[] = [{ way, at: 'none', values: { MB: [await residentMemoryMb(api.pid)] } }]
    const started = performance.now()
    const { status, body } = await connection.send(
      trpcMutation('stock.set', { bookId, quantity: 5 }, admin.token).bytes,
    )
    if (status !== 200) throw new Error(`The restock was answered ${status}: ${body}`)
    for (const wanted of [all / 10, all]) {
      while ((await written()) < wanted) {
        if (performance.now() - started > all * PATIENCE_MS_EACH + 60_000) {
          throw new Error(`Only ${await written()} deliveries were written in time.`)
        }
        await pause(100)
      }
      const perSecond = (wanted * 1000) / (performance.now() - started)
      progress(`${at(wanted)} written`)
      rows.push({
        way,
        at: at(wanted),
        values: { MB: [await residentMemoryMb(api.pid)], 'written a second': [perSecond] },
        ...(wanted === all && { beside: { way, at: at(all / 10) } }),
      })
    }
    return {
      name: 'mail-memory',
      title: 'Memory by the number of deliveries',
      about: `Resident memory of the API's process, the middle of three seconds, while one restock of a book with ${all.toLocaleString('en')} waiting has its deliveries written. There is no mail server: each is kept, which is one more write.`,
      measures: [
        { name: 'MB', better: 'less', digits: 1 },
        { name: 'written a second', better: 'more', digits: 0 },
      ],
      rows,
    }
  },
}
