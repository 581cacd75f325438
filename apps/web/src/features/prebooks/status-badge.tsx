import type { Prebook } from '@prebook/client'
import { Badge } from '../../ui/badge.tsx'

/** What a status is called in the shop. */
export const statusWords = {
  waiting: 'Waiting',
  notified: 'Back in stock',
  cancelled: 'Cancelled',
} as const satisfies Record<Prebook['status'], string>

const tones = { waiting: 'waiting', notified: 'good', cancelled: 'plain' } as const

/** How a pre-booking stands. */
export function StatusBadge({ status }: { status: Prebook['status'] }) {
  return <Badge tone={tones[status]}>{statusWords[status]}</Badge>
}
