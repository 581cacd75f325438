import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { addMailMetrics } from './mail-metrics.ts'

test('mail is told in figures, all from one look', async () => {
  const registry = new Registry()
  let looks = 0
  addMailMetrics(registry, {
    figures: async () => {
      looks += 1
      return {
        sent: 5,
        failed: 1,
        skipped: 2,
        kept: 0,
        retried: 3,
        lost: 0,
        backlog: 7,
        oldestPendingMs: 1_500,
        undispatchedWaitlists: 1,
        serverReachable: false,
      }
    },
  })
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const lines = (await registry.metrics()).split('\n')
    for (const line of [
      'prebook_deliveries_total{outcome="sent"} 5',
      'prebook_deliveries_total{outcome="failed"} 1',
      'prebook_deliveries_total{outcome="skipped"} 2',
      'prebook_deliveries_total{outcome="kept"} 0',
      'prebook_deliveries_backlog 7',
      'prebook_deliveries_oldest_pending_seconds 1.5',
      'prebook_waitlists_undispatched 1',
      'prebook_mail_server_reachable 0',
    ])
      expect(lines).toContain(line)
  }
  expect(looks).toBe(2)
})
