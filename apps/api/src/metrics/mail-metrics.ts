import { Counter, Gauge, type Registry } from 'prom-client'
import type { MailFigures, RunningMail } from '@prebook/server'

const COUNTED = ['sent', 'failed', 'skipped', 'held', 'retried', 'lost'] as const

/**
 * Adds how mail stands: what this process did, and what of the database waits. What waits is not told while the database
 * does not say: the page is wanted most when something is wrong.
 */
export function addMailMetrics(registry: Registry, mail: Pick<RunningMail, 'figures'>): void {
  const registers = [registry]
  // One look for all of them, however many are collected at once.
  let look: Promise<MailFigures> | undefined
  const figures = () => (look ??= mail.figures().finally(() => (look = undefined)))

  const deliveries: Counter<'outcome'> = new Counter({
    name: 'prebook_deliveries_total',
    help: 'E-mails that this process has dealt with, by outcome; retried: tries that failed for now; lost: taken over by another process.',
    labelNames: ['outcome'],
    registers,
    async collect() {
      const now = await figures()
      deliveries.reset()
      for (const outcome of COUNTED) deliveries.inc({ outcome }, now[outcome])
    },
  })
  gauge(
    'prebook_deliveries_backlog',
    'E-mails that wait or are being sent, counted to a million.',
    (now) => now.backlog,
  )
  gauge(
    'prebook_deliveries_oldest_pending_seconds',
    'How long the e-mail that waits longest has waited.',
    (now) => now.oldestPendingMs && now.oldestPendingMs / 1_000,
  )
  gauge(
    'prebook_waitlists_undispatched',
    'Broadcasts whose e-mails are still being written.',
    (now) => now.undispatchedWaitlists,
  )
  gauge(
    'prebook_mail_server_reachable',
    'Whether the mail server took the last thing that was tried: 1 or 0; -1 without a mail server.',
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
