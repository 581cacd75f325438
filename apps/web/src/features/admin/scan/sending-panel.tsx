import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { client } from '../../../lib/client.ts'
import { describeFailure } from '../../../lib/failure-text.ts'
import { Button } from '../../../ui/button.tsx'
import { FailureNote } from '../../../ui/failure-note.tsx'
import { copies, readers } from '../counts.ts'
import { refreshStock } from '../stock-changes.ts'
import { useOneAtATime } from '../use-one-at-a-time.ts'
import { titles } from './preview-panel.tsx'
import { restockShipment, type Restocked } from './restock-shipment.ts'
import { endSending, setUnanswered, takeBack, type ScanStore, type Sending } from './shipment-store.ts'

/**
 * A delivery that is being sent. After a lost connection or a reload it can be sent again: its key makes the shop count it
 * only once.
 */
export function SendingPanel({ store, sending }: { store: ScanStore; sending: Sending }) {
  const queryClient = useQueryClient()
  // After a reload, an earlier request may have been carried out.
  const wasSent = useRef(sending.isUnanswered)
  const restock = useMutation({
    async mutationFn() {
      setUnanswered(store, true)
      endSending(store, await restockShipment(client, sending))
    },
    onError(error) {
      const isRefused = describeFailure(error)?.reason != null
      if (isRefused) setUnanswered(store, wasSent.current)
      else wasSent.current = true
    },
    onSettled: () => refreshStock(queryClient),
  })
  const send = useOneAtATime(restock)
  const isStarted = useRef(false)
  useEffect(() => {
    // The click on "Restock all" starts it. After a reload it waits for another click.
    if (wasSent.current || isStarted.current) return
    isStarted.current = true
    send()
  })
  const failure = restock.error === null ? null : describeFailure(restock.error)
  const isUnanswered = sending.isUnanswered && !restock.isPending
  const changedNothing = failure?.reason === 'STOCK_IDEMPOTENCY_MISMATCH' || !sending.isUnanswered
  return (
    <section className="scan-preview" aria-label="Restock">
      <p role="status" className="scan-effect">
        {restock.isPending ? 'Restocking' : 'Not confirmed yet:'} {titles(sending.lines.length)}
        {restock.isPending ? '…' : '.'}
      </p>
      <FailureNote failure={failure} />
      {isUnanswered && (
        <p>The shop may have counted this delivery. You can safely send it again: it is counted only once.</p>
      )}
      <div className="scan-actions">
        {!restock.isPending && (
          <Button tone="primary" onClick={send}>
            Send again
          </Button>
        )}
        {failure !== null && !restock.isPending && changedNothing && (
          <Button onClick={() => takeBack(store)}>Back to counting</Button>
        )}
      </div>
    </section>
  )
}

/** What a delivery did. */
export function RestockedPanel({
  restocked,
  nameOf,
}: {
  restocked: Restocked
  nameOf: (code: string) => string
}) {
  const { notified, refused } = restocked
  return (
    <section role="status" className="scan-preview">
      <p className="restock-notified">
        {notified === 0 ? 'No readers were waiting.' : `${readers(notified)} notified`}
      </p>
      <p>
        {copies(restocked.copies)} of {titles(restocked.titles)} added to the stock.
      </p>
      {refused.length > 0 && (
        <>
          <p>{titles(refused.length)} refused. They are still in the list:</p>
          <ul className="scan-refused">
            {refused.map(({ code, message }) => (
              <li key={code}>
                {nameOf(code)}: {message}
              </li>
            ))}
          </ul>
        </>
      )}
      {notified > 0 && (
        <p>
          The e-mails are queued. <Link to="/admin/demand">View demand</Link>
        </p>
      )}
    </section>
  )
}
