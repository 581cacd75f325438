import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { takeTurns } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { httpRequest, trpcMutation } from '../load/http-request.ts'
import { mailSettings } from '../servers/mail-settings.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { addCrowd, addSoldOutBooks, addWaiting, fillShop } from '../shop/fill-shop.ts'
import { workFolder } from '../shop/work-folder.ts'

/** Connections to the mail server, for both variants. */
const PARALLEL = 5

/** Approximate size of one of the service's messages, in bytes. */
const MESSAGE_BYTES = 6_000

/** How many e-mails are sent per second. */
export const mail: Bench = {
  name: 'mail',
  about: 'deliveries per second to a sink server, against bare nodemailer',
  async run({ rounds, quick, progress }) {
    const count = quick ? 200 : 5_000
    await using disposables = new AsyncDisposableStack()
    const folder = disposables.use(await workFolder())
    const url = `file:${folder.path('mail.db')}`
    const store = disposables.adopt(await openStore(url), (opened) => opened.close())
    const { admin } = await fillShop(store, { readers: 1, books: 1 })
    const crowd = await addCrowd(store, count)
    const sink = disposables.use(await startBareServer('smtp-sink', { part: 'load' }))
    const facts = async () => (await (await fetch(sink.url)).json()) as { taken: number; smtp: string }
    const { smtp } = await facts()
    const args = [smtp, String(PARALLEL), String(MESSAGE_BYTES)]
    const bare = disposables.use(await startBareServer('bare-mail', { args }))
    const api = disposables.use(
      await startMeasuredApi({
        databaseUrl: url,
        env: {
          ...mailSettings(smtp),
          MAIL_PARALLEL: String(PARALLEL),
          MAIL_PER_SECOND: '100000',
        },
      }),
    )
    const bareConnection = disposables.adopt(await openConnection(bare.url), (opened) => opened.close())
    const apiConnection = disposables.adopt(await openConnection(api.url), (opened) => opened.close())
    const at = `${count.toLocaleString('en')} e-mails`
    const untilTaken = async (total: number) => {
      const started = performance.now()
      while ((await facts()).taken < total) {
        if (performance.now() - started > 600_000)
          throw new Error('The e-mails did not arrive within ten minutes.')
        await pause(10)
      }
    }
    const timed = async (start: () => Promise<unknown>) => {
      const { taken } = await facts()
      const started = performance.now()
      await start()
      await untilTaken(taken + count)
      return { 'per second': (count * 1000) / (performance.now() - started) }
    }
    return {
      name: 'mail',
      title: 'E-mails per second',
      about: `The time from the request until the last of ${count} messages has reached the sink, over ${PARALLEL} connections in both cases. The service writes the deliveries, claims each one, checks whether it may still be sent, composes it and records the outcome, every step on disk. bare nodemailer sends as many messages of about the same size from its own pool.`,
      measures: [{ name: 'per second', better: 'more', digits: 0 }],
      rows: await takeTurns(
        [
          {
            variant: 'bare nodemailer',
            at,
            take: () => timed(() => bareConnection.send(httpRequest('POST', `/${count}`).bytes)),
          },
          {
            variant: 'deliveries',
            at,
            baseline: { variant: 'bare nodemailer', at },
            async take() {
              const { first: bookId } = await addSoldOutBooks(store, 1)
              await addWaiting(store, bookId, crowd)
              const restock = trpcMutation('stock.set', { bookId, quantity: 5 }, admin.token)
              return timed(() => apiConnection.send(restock.bytes))
            },
          },
        ],
        { rounds, progress },
      ),
    }
  },
}
