import { Gauge, type Registry } from 'prom-client'
import type { Services } from '@prebook/server'

/** Adds a gauge for open streams. */
export function addStreamMetrics(registry: Registry, { live }: Services): void {
  const open: Gauge<'subject'> = new Gauge({
    name: 'prebook_streams_open',
    help: 'Open streams of this process, by subject.',
    labelNames: ['subject'],
    registers: [registry],
    collect() {
      for (const subject of ['prebooks', 'stock'] as const) open.set({ subject }, live.count(subject))
    },
  })
}
