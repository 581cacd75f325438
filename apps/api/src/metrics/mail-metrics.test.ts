import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import type { MailFigures } from '@prebook/server'
import { addMailMetrics } from './mail-metrics.ts'

const figures: MailFigures = {
  sent: 5,
  failed: 1,
  skipped: 2,
  held: 0,
  retried: 3,
  lost: 0,
  backlog: 7,
  oldestPendingMs: 1_500,
  oldestUrgentMs: 500,
  undispatchedWaitlists: 1,
  serverReachable: false,
}

const linesOf = async (registry: Registry) => (await registry.metrics()).split('\n')

test('exposes mail metrics with one read per scrape', async () => {
  const registry = new Registry()
  let reads = 0
  addMailMetrics(registry, {
    figures: async () => {
      reads += 1
      return figures
    },
  })
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const lines = await linesOf(registry)
    for (const line of [
      'prebook_deliveries_total{outcome="sent"} 5',
      'prebook_deliveries_total{outcome="failed"} 1',
      'prebook_deliveries_total{outcome="skipped"} 2',
      'prebook_deliveries_total{outcome="held"} 0',
      'prebook_deliveries_backlog 7',
      'prebook_deliveries_oldest_pending_seconds 1.5',
      'prebook_waitlists_undispatched 1',
      'prebook_mail_server_reachable 0',
    ])
      expect(lines).toContain(line)
  }
  expect(reads).toBe(2)
})

test('leaves out database gauges while the database does not respond, and shows them again afterwards', async () => {
  const registry = new Registry()
  const unknown = { backlog: null, oldestPendingMs: null, oldestUrgentMs: null, undispatchedWaitlists: null }
  const answers: MailFigures[] = [figures, { ...figures, ...unknown }, { ...figures, oldestPendingMs: 0 }]
  addMailMetrics(registry, { figures: async () => answers.shift() ?? figures })
  const databaseGauges =
    /^prebook_(?:deliveries_backlog|deliveries_oldest_pending_seconds|waitlists_undispatched) /
  const shown = async () => (await linesOf(registry)).filter((line) => databaseGauges.test(line))
  expect(await shown()).toHaveLength(3)
  const lines = await linesOf(registry)
  expect(lines.filter((line) => databaseGauges.test(line))).toEqual([])
  expect(lines).toContain('prebook_deliveries_total{outcome="sent"} 5')
  expect(lines).toContain('prebook_mail_server_reachable 0')
  expect(await shown()).toContain('prebook_deliveries_oldest_pending_seconds 0')
})
