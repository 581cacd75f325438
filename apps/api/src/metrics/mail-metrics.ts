import { Counter, Gauge, type Registry } from 'prom-client'
import type { MailFigures, RunningMail } from '@prebook/server'

const OUTCOMES = ['sent', 'failed', 'skipped', 'held', 'retried', 'lost'] as const

/**
 * Adds metrics about mail: what this process did, and what is pending in the database. Gauges read from the database are
 * left out while it does not respond, so that the rest of the page still works when something is wrong.
 */
export function addMailMetrics(registry: Registry, mail: Pick<RunningMail, 'figures'>): void {
  const registers = [registry]
  // All metrics of one scrape share one read.
  let reading: Promise<MailFigures> | undefined
  const figures = () => (reading ??= mail.figures().finally(() => (reading = undefined)))

  const deliveries: Counter<'outcome'> = new Counter({
    name: 'prebook_deliveries_total',
    help: 'E-mails handled by this process, by outcome. retried: failed attempts that will be retried; lost: claims taken over by another process.',
    labelNames: ['outcome'],
    registers,
    async collect() {
      const now = await figures()
      deliveries.reset()
      for (const outcome of OUTCOMES) deliveries.inc({ outcome }, now[outcome])
    },
  })
  gauge(
    'prebook_deliveries_backlog',
    'E-mails pending or being sent, counted up to a million.',
    (now) => now.backlog,
  )
  gauge(
    'prebook_deliveries_oldest_pending_seconds',
    'Age of the oldest pending e-mail, in seconds.',
    (now) => now.oldestPendingMs && now.oldestPendingMs / 1_000,
  )
  gauge(
    'prebook_deliveries_oldest_urgent_seconds',
    'Age of the oldest pending e-mail that somebody waits for, such as a password reset, in seconds.',
    (now) => now.oldestUrgentMs && now.oldestUrgentMs / 1_000,
  )
  gauge(
    'prebook_waitlists_undispatched',
    'Broadcasts whose e-mails are still being queued.',
    (now) => now.undispatchedWaitlists,
  )
  gauge(
    'prebook_mail_server_reachable',
    'Whether the last attempt to reach the mail server succeeded: 1 or 0; -1 without a mail server.',
    (now) => (now.serverReachable === null ? -1 : Number(now.serverReachable)),
  )

  function gauge(name: string, help: string, read: (now: MailFigures) => number | null): void {
    const each: Gauge = new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = read(await figures())
        if (value === null) each.remove()
        else each.set(value)
      },
    })
  }
}
