import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { PageHead } from '../../../ui/page-head.tsx'
import { PageTitle } from '../../../ui/page-title.tsx'
import { readers } from '../counts.ts'
import { titles } from '../scan/preview-panel.tsx'
import { ColumnChoices, SampleRows } from './column-choices.tsx'
import { FileDrop } from './file-drop.tsx'
import { FileFailure, ImportOutcome } from './import-outcome.tsx'
import type { ReadyFile } from './open-import.ts'
import { ReadingChoices } from './reading-choices.tsx'
import type { ImportTally } from './run-import.ts'
import { useImport } from './use-import.ts'
import '../admin-pages.css'
import '../scan/scan-page.css'
import './import-page.css'

/** Imports books from a file: its columns, a check without changes, the import, and a report. */
export function ImportPage() {
  const work = useImport()
  const { inspection, opened, ended, isRunning, shop } = work
  const fileName = inspection.variables?.file.name ?? ''
  return (
    <>
      <PageHead>
        <PageTitle title="Import books" />
      </PageHead>
      <FileDrop busy={inspection.isPending || isRunning} onFile={work.open} />
      {fileName !== '' && <h2 className="import-name">{fileName}</h2>}
      {fileName !== '' && shop.data !== undefined && (
        <ReadingChoices
          reading={work.reading}
          currency={shop.data.currency}
          busy={isRunning}
          onChange={work.readAs}
        />
      )}
      {inspection.isError && <FileFailure error={inspection.error} />}
      {opened !== null && !inspection.isError && (
        <>
          {opened.problem === null ? <Remarks file={opened} /> : <FileFailure error={opened.problem} />}
          <ColumnChoices {...opened} busy={isRunning} onChoose={work.choose} />
          {opened.problem === null && (
            <>
              <SampleRows {...opened} />
              <Actions work={work} />
            </>
          )}
          {isRunning && <Progress tally={work.tally} isDryRun={work.isDryRun} onCancel={work.cancel} />}
          {ended !== null && <ImportOutcome run={ended} fileName={fileName} />}
        </>
      )}
      <LeaveGuard isRunning={isRunning} onLeave={work.cancel} />
    </>
  )
}

/** How the file is written, and what of it is not used. */
function Remarks({ file: { format, headerLine, unused, choices } }: { file: ReadyFile }) {
  return (
    <p role="status" className="admin-lead">
      Read as {format}.
      {headerLine > 1 && ` The columns are named in line ${headerLine}; the lines above it are not read.`}
      {choices.map(
        ({ column, chosen, others }) =>
          ` For ${column}, “${chosen}” is used and not “${others.join('”, “')}”.`,
      )}
      {unused.length > 0 && ` Not used: ${unused.join(', ')}.`}
    </p>
  )
}

/** Checks the file, then imports it. Withdrawals that readers wait for are confirmed first. */
function Actions({ work }: { work: ReturnType<typeof useImport> }) {
  const [isAsking, setIsAsking] = useState(false)
  const { ended, isRunning, shop } = work
  const checked =
    ended !== null && ended.dryRun && ended.error === null && !ended.isCancelled ? ended.tally : null
  const isImported = ended !== null && !ended.dryRun && ended.error === null && !ended.isCancelled
  const close = () => setIsAsking(false)
  return (
    <div className="scan-actions">
      <Button
        tone={checked === null && !isImported ? 'primary' : 'plain'}
        busy={isRunning || shop.isPending}
        onClick={() => work.start(true)}
      >
        Check
      </Button>
      {checked !== null && !isRunning && (
        <Button
          tone="primary"
          onClick={() => {
            if (checked.cancelled > 0) setIsAsking(true)
            else work.start(false)
          }}
        >
          Import
        </Button>
      )}
      <Dialog
        open={isAsking}
        onClose={close}
        title={`Withdraw ${titles(checked?.withdrawn ?? 0)}?`}
        actions={
          <>
            <Button onClick={close}>Back</Button>
            <Button
              tone="danger"
              onClick={() => {
                close()
                work.start(false)
              }}
            >
              Import and withdraw
            </Button>
          </>
        }
      >
        <p>
          {readers(checked?.cancelled ?? 0)} will be told that they will not come. Their pre-bookings are
          cancelled for good.
        </p>
      </Dialog>
    </div>
  )
}

function Progress({
  tally,
  isDryRun,
  onCancel,
}: {
  tally: ImportTally
  isDryRun: boolean
  onCancel: () => void
}) {
  const verb = isDryRun ? 'Checking' : 'Importing'
  return (
    <div className="import-progress">
      <label htmlFor="import-progress">
        {verb}: {tally.rows.toLocaleString('en')} {tally.rows === 1 ? 'row' : 'rows'}
      </label>
      <progress id="import-progress" max={1} value={tally.share} />
      <Button onClick={onCancel}>Cancel</Button>
    </div>
  )
}

/** Asks before the page is left while rows are being sent. */
function LeaveGuard({ isRunning, onLeave }: { isRunning: boolean; onLeave: () => void }) {
  const blocker = useBlocker({
    shouldBlockFn: () => isRunning,
    enableBeforeUnload: () => isRunning,
    withResolver: true,
  })
  return (
    <Dialog
      open={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Stop the import?"
      actions={
        <>
          <Button onClick={() => blocker.reset?.()}>Stay</Button>
          <Button
            tone="danger"
            onClick={() => {
              onLeave()
              blocker.proceed?.()
            }}
          >
            Stop and leave
          </Button>
        </>
      }
    >
      <p>Rows that were already sent stay imported. You can import the same file again.</p>
    </Dialog>
  )
}
