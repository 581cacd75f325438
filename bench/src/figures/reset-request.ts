import type { Bench } from '../frame/bench.ts'
import { median } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { mailSettings } from '../servers/mail-settings.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addCrowd, fillShop } from '../shop/fill-shop.ts'

/** Whether the time of an answer tells who has an account. */
export const resetRequest: Bench = {
  name: 'reset-request',
  about: 'asking for a password reset, for known and unknown addresses',
  async run({ rounds, quick, progress }) {
    const requests = quick ? 20 : 200
    await using disposables = new AsyncDisposableStack()
    const { engines, skipped } = disposables.use(await bothEngines())
    const sink = disposables.use(await startBareServer('smtp-sink', { part: 'load' }))
    const { smtp } = (await (await fetch(sink.url)).json()) as { smtp: string }
    const turns: Turn[] = []
    for (const { variant, url, store } of engines) {
      await fillShop(store, { readers: 1, books: 1 })
      const crowd = await addCrowd(store, requests)
      const known = await store.read((reader) =>
        reader
          .selectFrom('users')
          .select('email')
          .where('id', '>=', crowd.first)
          .where('id', '<=', crowd.last)
          .execute(),
      )
      const api = disposables.use(
        await startMeasuredApi({
          databaseUrl: url,
          env: {
            ...mailSettings(smtp),
            TRUSTED_PROXIES: '1',
          },
        }),
      )
      let sent = 0
      // Each request comes from another network, or a throttle would refuse it.
      const ask = async (email: string) => {
        sent += 1
        const from = `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`
        const started = performance.now()
        const response = await fetch(`${api.url}/trpc/auth.requestPasswordReset`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
          body: JSON.stringify({ email }),
        })
        await response.text()
        if (!response.ok) throw new Error(`A request for a reset was answered with ${response.status}.`)
        return performance.now() - started
      }
      const take = async (emails: string[]) => {
        const times: number[] = []
        for (const email of emails) times.push(await ask(email))
        return { 'median ms': median(times) }
      }
      const unknown = () =>
        Array.from({ length: requests }, (_, index) => `nobody-${sent}-${index}@bench.example`)
      turns.push(
        { variant, at: 'known addresses', take: () => take(known.map(({ email }) => String(email))) },
        {
          variant,
          at: 'unknown addresses',
          baseline: { variant, at: 'known addresses' },
          take: () => take(unknown()),
        },
      )
    }
    return {
      name: 'reset-request',
      title: 'Asking for a password reset',
      about: `The time of the answer over HTTP, one request after the other, as the median of ${requests}. A known address also gets a link and a mail.`,
      measures: [{ name: 'median ms', better: 'less', digits: 1 }],
      rows: await takeTurns(turns, { rounds: Math.min(rounds, 3), progress }),
      ...(skipped.length > 0 && { skipped }),
    }
  },
}
