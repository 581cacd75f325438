import type { Prebook } from '@prebook/client'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { formatQueuePosition, type QueuePosition } from './queue-position.ts'

/** Asks for confirmation before a waiting pre-booking is cancelled, and explains the effect. */
export function CancelDialog({
  prebook,
  position,
  open,
  onKeep,
  onCancel,
}: {
  prebook: Pick<Prebook, 'bookTitle'>
  position: QueuePosition
  open: boolean
  onKeep: () => void
  onCancel: () => void
}) {
  return (
    <Dialog
      open={open}
      onClose={onKeep}
      title="Cancel this pre-booking?"
      actions={
        <>
          <Button onClick={onKeep}>Keep pre-booking</Button>
          <Button tone="danger" onClick={onCancel}>
            Cancel pre-booking
          </Button>
        </>
      }
    >
      <p>
        You are {position === null ? 'waiting' : `${formatQueuePosition(position)} in the queue`} for{' '}
        <cite>{prebook.bookTitle}</cite>. If you cancel, you lose your place. If you pre-book it again, you
        start at the end of the queue.
      </p>
    </Dialog>
  )
}
