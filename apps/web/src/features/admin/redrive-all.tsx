import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { inWords } from '../../lib/failure-words.ts'
import { mails } from './counted.ts'

/** From here on the dialog says that there are more: each page that it counts is a request. */
const COUNTED_PAGES = 5
const PAGE_SIZE = 100

/** Puts all e-mails of a state back in line, after asking once and saying how many they are. */
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
      notify({ tone: 'good', title: `${mails(redriven)} in line again.` })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.deliveries.list.pathKey() }),
  })
  const error = redrive.error ?? count.error
  const failure = error === null ? null : inWords(error)
  const close = () => setOpen(false)
  return (
    <>
      <Button
        onClick={() => {
          redrive.reset()
          setOpen(true)
        }}
      >
        Try all again
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={state === 'failed' ? 'Try all that failed again?' : 'Send all held e-mails again?'}
        actions={
          <>
            <Button onClick={close}>Leave them</Button>
            <Button
              tone="primary"
              busy={redrive.isPending}
              onClick={() => {
                if (count.data?.count !== 0) redrive.mutate()
                else close()
              }}
            >
              Try again
            </Button>
          </>
        }
      >
        <p role="status">
          {count.data === undefined
            ? 'Counting …'
            : `${count.data.more ? 'More than ' : ''}${mails(count.data.count)} will be put in line again. Each is checked once more before it goes out: who has cancelled or wants no e-mails gets none.`}
        </p>
        <FailureNote failure={failure} />
      </Dialog>
    </>
  )
}

async function countDeliveries(state: 'failed' | 'held'): Promise<{ count: number; more: boolean }> {
  let count = 0
  let cursor: string | null = null
  for (let pages = 0; pages < COUNTED_PAGES; pages += 1) {
    const { items, nextCursor }: { items: unknown[]; nextCursor: string | null } =
      await client.deliveries.list.query({ state, limit: PAGE_SIZE, cursor })
    count += items.length
    if (nextCursor === null) return { count, more: false }
    cursor = nextCursor
  }
  return { count, more: true }
}

/** The server takes as many at a time as go into one transaction. */
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
