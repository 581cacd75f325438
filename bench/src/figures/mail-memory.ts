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

/** Time allowed per delivery. It bounds the run, so that a stalled dispatcher fails it. */
const TIMEOUT_MS_EACH = 10

/** Whether the process grows with the number of deliveries that a broadcast writes. */
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
    const variant = 'deliveries written'
    const at = (count: number) => `${count.toLocaleString('en')} deliveries`
    const rows: Row[] = [{ variant, at: '0 deliveries', values: { MB: [await residentMemoryMb(api.pid)] } }]
    const started = performance.now()
    const { status, body } = await connection.send(
      trpcMutation('stock.set', { bookId, quantity: 5 }, admin.token).bytes,
    )
    if (status !== 200) throw new Error(`The restock was answered with ${status}: ${body}`)
    for (const target of [all / 10, all]) {
      while ((await written()) < target) {
        if (performance.now() - started > all * TIMEOUT_MS_EACH + 60_000) {
          throw new Error(`Only ${await written()} deliveries were written in time.`)
        }
        await pause(100)
      }
      const perSecond = (target * 1000) / (performance.now() - started)
      progress(`${at(target)} written`)
      rows.push({
        variant,
        at: at(target),
        values: { MB: [await residentMemoryMb(api.pid)], 'written per second': [perSecond] },
        ...(target === all && { baseline: { variant, at: at(all / 10) } }),
      })
    }
    return {
      name: 'mail-memory',
      title: 'Memory by number of deliveries',
      about: `Resident memory of the API process (median over three seconds) while it writes the deliveries of one restock with ${all.toLocaleString('en')} readers waiting. Without a mail server each delivery ends as held, which is one more write.`,
      measures: [
        { name: 'MB', better: 'less', digits: 1 },
        { name: 'written per second', better: 'more', digits: 0 },
      ],
      rows,
    }
  },
}
