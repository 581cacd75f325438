import type { Prebook } from '@prebook/client'
import { Badge } from '../../ui/badge.tsx'

/** Display names of the prebook statuses. */
export const statusLabels = {
  waiting: 'Waiting',
  notified: 'Back in stock',
  cancelled: 'Cancelled',
} as const satisfies Record<Prebook['status'], string>

const tones = { waiting: 'waiting', notified: 'good', cancelled: 'plain' } as const

/** The status of a pre-booking, and who cancelled it if it was the shop. */
export function StatusBadge({
  prebook: { status, cancelledBy },
}: {
  prebook: Pick<Prebook, 'status' | 'cancelledBy'>
}) {
  return (
    <Badge tone={tones[status]}>
      {cancelledBy === 'shop' ? 'Cancelled by the shop' : statusLabels[status]}
    </Badge>
  )
}
