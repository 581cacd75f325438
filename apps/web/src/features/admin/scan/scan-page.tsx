import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { client } from '../../../lib/client.ts'
import { describeFailure } from '../../../lib/failure-text.ts'
import { Button, buttonClass } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { FailureNote } from '../../../ui/failure-note.tsx'
import { PageHead } from '../../../ui/page-head.tsx'
import { PageTitle } from '../../../ui/page-title.tsx'
import { EmptyState } from '../../../ui/states.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { useMe } from '../../account/session.ts'
import { copies } from '../counts.ts'
import { LastScan } from './last-scan.tsx'
import { PreviewPanel, titles as titleCount } from './preview-panel.tsx'
import { previewShipment } from './restock-shipment.ts'
import { ScanField } from './scan-field.tsx'
import { KnownLines, UnknownLines } from './scan-lines.tsx'
import { useScanSound } from './scan-sounds.ts'
import { RestockedPanel, SendingPanel } from './sending-panel.tsx'
import { counted, totalOf, type ScannedLine } from './shipment.ts'
import type { Titles } from './title-lookup.ts'
import { useScanning } from './use-scanning.ts'
import '../admin-pages.css'
import '../restock-dialog.css'
import './scan-page.css'

/** Counts a delivery with a barcode scanner, and restocks all of it at once. */
export function ScanPage() {
  const me = useMe()
  return (
    <>
      <PageHead>
        <PageTitle title="Scan a delivery" />
        <SoundSwitch />
      </PageHead>
      {me == null ? (
        <EmptyState title="You are signed out">
          <p>What you have scanned is kept in this tab.</p>
          <Link to="/sign-in" search={{ redirect: '/admin/scan' }} className={buttonClass({})}>
            Sign in
          </Link>
        </EmptyState>
      ) : (
        <Counting key={me.id} userId={me.id} />
      )}
    </>
  )
}

function SoundSwitch() {
  const [on, choose] = useScanSound()
  return <Switch label="Sound" on={on} onChange={choose} />
}

function Counting({ userId }: { userId: number }) {
  const scanning = useScanning(userId)
  const { state, store, titles } = scanning
  const { shipment, sending, restocked } = state
  const field = useRef<HTMLInputElement>(null)
  const { known, unknown } = useMemo(() => sorted(shipment.lines, titles), [shipment.lines, titles])
  // A long list must not keep the next beep waiting, so it may be shown a moment later.
  const listed = useDeferredValue(useMemo(() => ({ known, unknown, titles }), [known, unknown, titles]))
  const pending = known.filter(({ code }) => !titles.found.has(code)).length
  const nameOf = (code: string) => {
    const title = titles.found.get(code)
    return title === undefined || title === 'unknown' ? code : title.title
  }
  const preview = useMutation({
    mutationFn: async (lines: readonly ScannedLine[]) => ({
      of: shipment,
      lines,
      effect: await previewShipment(client, lines),
    }),
  })
  // Another beep makes a preview out of date.
  const current = preview.data?.of === shipment ? preview.data : null
  const { enter } = scanning
  const actions = useMemo(
    () => ({
      onScan: enter,
      onCount(this: void, line: ScannedLine, count: number) {
        const before = store.get()
        store.set({ ...before, shipment: counted(before.shipment, line.code, count) })
        // The button that removed the line is gone with it.
        if (count === 0) field.current?.focus()
      },
    }),
    [store, enter],
  )
  return (
    <>
      <ScanField field={field} onEnter={scanning.enter} />
      <LastScan {...scanning} />
      {titles.isUnreachable && (
        <p role="alert" className="failure-note">
          The shop does not answer. Go on scanning: every beep is kept, and the titles follow.
        </p>
      )}
      {sending !== null && <SendingPanel key={sending.key} store={store} sending={sending} />}
      {restocked !== null && <RestockedPanel restocked={restocked} nameOf={nameOf} />}
      {shipment.lines.length > 0 && (
        <>
          <div className="scan-actions">
            <p className="scan-total">
              {copies(totalOf(known))} of {titleCount(known.length)}
            </p>
            <Button onClick={scanning.undo} aria-disabled={shipment.steps.length === 0 || undefined}>
              Undo
            </Button>
            <DiscardButton onDiscard={scanning.discard} />
            <Button
              tone={current === null ? 'primary' : 'plain'}
              busy={preview.isPending}
              onClick={() => {
                if (pending === 0 && known.length > 0 && sending === null) preview.mutate(known)
              }}
              aria-disabled={pending > 0 || known.length === 0 || sending !== null || undefined}
            >
              Preview
            </Button>
          </div>
          {preview.error !== null && <FailureNote failure={describeFailure(preview.error)} />}
          {preview.data !== undefined && current === null && sending === null && (
            <p className="admin-lead">The delivery has changed since the preview.</p>
          )}
        </>
      )}
      {current !== null && sending === null && (
        <PreviewPanel
          preview={current.effect}
          lines={current.lines}
          nameOf={nameOf}
          onRestock={(note) => {
            scanning.startSending(current.lines, note)
            preview.reset()
            field.current?.focus()
          }}
        />
      )}
      {listed.known.length > 0 && <KnownLines lines={listed.known} titles={listed.titles} {...actions} />}
      {listed.unknown.length > 0 && (
        <UnknownLines lines={listed.unknown} onLookUpAgain={scanning.lookUpAgain} {...actions} />
      )}
    </>
  )
}

/** Separates the titles of the shop, and those still looked up, from everything else. */
function sorted(lines: readonly ScannedLine[], { found }: Titles) {
  const isUnknown = ({ code, kind }: ScannedLine) => kind !== 'isbn' || found.get(code) === 'unknown'
  return { known: lines.filter((line) => !isUnknown(line)), unknown: lines.filter(isUnknown) }
}

function DiscardButton({ onDiscard }: { onDiscard: () => void }) {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button tone="danger" onClick={() => setOpen(true)}>
        Discard
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title="Discard what you have scanned?"
        actions={
          <>
            <Button onClick={close}>Keep</Button>
            <Button
              tone="danger"
              onClick={() => {
                close()
                onDiscard()
              }}
            >
              Discard
            </Button>
          </>
        }
      >
        <p>The stock does not change.</p>
      </Dialog>
    </>
  )
}
