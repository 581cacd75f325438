import type { Prebook } from '@prebook/client'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { queuePositionInWords, type QueuePosition } from './queue-position.ts'

/** Asks once whether a pre-booking that waits is to be cancelled, and says what is lost. */
export function CancelDialog({
  prebook,
  place,
  open,
  onKeep,
  onCancel,
}: {
  prebook: Pick<Prebook, 'bookTitle'>
  place: QueuePosition
  open: boolean
  onKeep: () => void
  onCancel: () => void
}) {
  return (
    <Dialog
      open={open}
      onClose={onKeep}
      title="Give up your place?"
      actions={
        <>
          <Button onClick={onKeep}>Keep my place</Button>
          <Button tone="danger" onClick={onCancel}>
            Cancel the pre-booking
          </Button>
        </>
      }
    >
      <p>
        You {place === null ? 'wait' : `are ${queuePositionInWords(place)}`} for{' '}
        <cite>{prebook.bookTitle}</cite>. The place in the queue is given up for good: if you pre-book again,
        you start at the end.
      </p>
    </Dialog>
  )
}
