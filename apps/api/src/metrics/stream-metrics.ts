import { Gauge, type Registry } from 'prom-client'
import type { Services } from '@prebook/server'

/** Adds a gauge of the open streams. */
export function addStreamMetrics(registry: Registry, { live }: Services): void {
  const open: Gauge<'subject'> = new Gauge({
    name: 'prebook_streams_open',
    help: 'Streams that are open at this process, by what they are about.',
    labelNames: ['subject'],
    registers: [registry],
    collect() {
      for (const subject of ['prebooks', 'stock'] as const) open.set({ subject }, live.count(subject))
    },
  })
}
