import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { describeFailure } from '../../lib/failure-text.ts'
import { mails } from './counts.ts'

/** Pages that the dialog counts; each is a request. With more, it says "More than". */
const MAX_COUNTED_PAGES = 5
const PAGE_SIZE = 100

/** A button that queues all e-mails of a state again, after a dialog that shows how many there are. */
export function RedriveAll({ state }: { state: 'failed' | 'held' }) {
  const queryClient = useQueryClient()
  const [open, setOpen] = useState(false)
  const count = useQuery({
    queryKey: [...queries.deliveries.list.pathKey(), 'count', state],
    queryFn: () => countDeliveries(state),
    enabled: open,
    staleTime: 0,
    retry: false,
  })
  const redrive = useMutation({
    mutationFn: () => redriveAll(state),
    onSuccess: (redriven) => {
      setOpen(false)
      notify({ tone: 'good', title: `${mails(redriven)} queued for resending` })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.deliveries.list.pathKey() }),
  })
  const error = redrive.error ?? count.error
  const failure = error === null ? null : describeFailure(error)
  const close = () => setOpen(false)
  return (
    <>
      <Button
        onClick={() => {
          redrive.reset()
          setOpen(true)
        }}
      >
        Resend all
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={state === 'failed' ? 'Resend all failed e-mails?' : 'Resend all held e-mails?'}
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              tone="primary"
              busy={redrive.isPending}
              onClick={() => {
                if (count.data?.count !== 0) redrive.mutate()
                else close()
              }}
            >
              Resend
            </Button>
          </>
        }
      >
        <p role="status">
          {count.data === undefined
            ? 'Counting…'
            : `${count.data.more ? 'More than ' : ''}${mails(count.data.count)} will be queued for resending. Readers who cancelled or turned off e-mails are skipped.`}
        </p>
        <FailureNote failure={failure} />
      </Dialog>
    </>
  )
}

async function countDeliveries(state: 'failed' | 'held'): Promise<{ count: number; more: boolean }> {
  let count = 0
  let cursor: string | null = null
  for (let pages = 0; pages < MAX_COUNTED_PAGES; pages += 1) {
    const { items, nextCursor }: { items: unknown[]; nextCursor: string | null } =
      await client.deliveries.list.query({ state, limit: PAGE_SIZE, cursor })
    count += items.length
    if (nextCursor === null) return { count, more: false }
    cursor = nextCursor
  }
  return { count, more: true }
}

/** Sends requests until all are queued: the server queues one transaction of e-mails per request. */
async function redriveAll(state: 'failed' | 'held'): Promise<number> {
  let total = 0
  let cursor: string | null = null
  do {
    const { redriven, nextCursor }: { redriven: number; nextCursor: string | null } =
      await client.deliveries.redrive.mutate({ state, cursor })
    total += redriven
    cursor = nextCursor
  } while (cursor !== null)
  return total
}
