import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { openAccountLink, openStore, queueMail } from '@prebook/db'
import { createMailLinks, createServices, startMail } from '@prebook/server'
import { announce } from './announce.ts'

// The mail part of the service, alone. A request queues the mail of a password reset as the service does, and is answered
// with the milliseconds until the mail server has accepted it.
const [databaseUrl = '', url = '', perSecond = '20', userId = '1'] = process.argv.slice(2)
const store = await openStore(databaseUrl)
const services = createServices({
  store,
  throttleLimits: { registrationsPerHour: 1, loginFailuresPerHour: 1 },
})
const links = createMailLinks({
  publicUrl: 'http://127.0.0.1',
  secret: 'a secret for measuring, long enough',
})
const from = { name: '', address: 'shop@bench.example' }
const smtp = { url, from, links, parallel: 5, perSecond: Number(perSecond), tries: 3 }
const log = { info() {}, warn() {}, error() {} }
const mail = startMail(services, smtp, log)

async function reset(): Promise<number> {
  const started = performance.now()
  const now = services.now()
  const account = { userId: Number(userId), purpose: 'reset' } as const
  const dedupeKey = await store.write(
    async (tx) => {
      const expiresAt = now + 1_800_000
      const generation = await openAccountLink(tx, { ...account, expiresAt })
      const key = `reset:${userId}:${generation}`
      const payload = { generation, expiresAt }
      await queueMail(tx, {
        kind: 'reset',
        lane: 'now',
        userId: Number(userId),
        dedupeKey: key,
        payload,
        now,
      })
      return key
    },
    () => ({ kind: 'mail-queued' }),
  )
  for (;;) {
    const row = await store.read((reader) =>
      reader.selectFrom('deliveries').select('state').where('dedupe_key', '=', dedupeKey).executeTakeFirst(),
    )
    if (row?.state === 'sent') return performance.now() - started
    if (performance.now() - started > 120_000) throw new Error(`The mail is ${row?.state} after two minutes.`)
    await pause(5)
  }
}

announce(
  createServer((request, response) => {
    request.resume()
    void reset().then((ms) => response.end(JSON.stringify({ ms })))
  }),
  () => void mail.stop(0),
)
