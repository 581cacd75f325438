import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client } from '../../../lib/client.ts'
import { shopQuery } from '../../../lib/shop.ts'
import { centsOf } from '../book-rules.ts'
import { refreshStock } from '../stock-changes.ts'
import { createReport, type ImportReport } from './import-report.ts'
import {
  inspectFile,
  openTable,
  type ColumnChoice,
  type ImportedFile,
  type ReadyFile,
} from './open-import.ts'
import { asTheFileSays, priceProblem, type Reading } from './reading-choices.tsx'
import { emptyTally, runImport, type ImportTally } from './run-import.ts'

/** A dry run or an import that has ended: complete, cancelled, or with an error. */
export type EndedRun = {
  dryRun: boolean
  tally: ImportTally
  report: ImportReport
  isCancelled: boolean
  error: unknown
}

/** The steps of an import: choose a file and its columns, check it, import it. */
export function useImport() {
  const queryClient = useQueryClient()
  const shop = useQuery(shopQuery())
  const [tally, setTally] = useState(emptyTally)
  // Stays on the screen while the file is read with other columns.
  const [opened, setOpened] = useState<ImportedFile | null>(null)
  const [reading, setReading] = useState(asTheFileSays)
  const [ended, setEnded] = useState<EndedRun | null>(null)
  const abort = useRef<AbortController | null>(null)

  const inspection = useMutation({
    mutationFn: ({ file, choice, encoding }: { file: File; choice: ColumnChoice; encoding: string }) =>
      inspectFile(file, choice, encoding),
    onMutate: () => setEnded(null),
    onSuccess: setOpened,
  })
  const run = useMutation({
    async mutationFn({ ready: { file, choice }, dryRun }: { ready: ReadyFile; dryRun: boolean }) {
      const controller = new AbortController()
      abort.current = controller
      const report = createReport()
      let latest = emptyTally
      const onProgress = (now: ImportTally) => {
        latest = now
        setTally(now)
      }
      setTally(emptyTally)
      setEnded(null)
      let failure: unknown = null
      try {
        const { currency } = await queryClient.ensureQueryData(shopQuery())
        const table = await openTable(file, choice, reading.encoding)
        const books = booksOptions(reading, currency)
        await runImport({ client, table, books, dryRun, report, signal: controller.signal, onProgress })
      } catch (error) {
        failure = error
      }
      setEnded({ dryRun, tally: latest, report, isCancelled: controller.signal.aborted, error: failure })
      if (!dryRun) void refreshStock(queryClient)
    },
  })
  return {
    shop,
    /** The file, once its header was read. */
    opened,
    inspection,
    tally,
    ended,
    isRunning: run.isPending,
    isDryRun: run.variables?.dryRun ?? true,
    reading,
    open: (file: File) => {
      setOpened(null)
      setReading(asTheFileSays)
      inspection.mutate({ file, choice: {}, encoding: '' })
    },
    choose: (change: ColumnChoice) => {
      if (opened === null) return
      const choice = { ...opened.choice, ...change }
      inspection.mutate({ file: opened.file, choice, encoding: reading.encoding })
    },
    readAs: (change: Partial<Reading>) => {
      setReading({ ...reading, ...change })
      setEnded(null)
      const file = inspection.variables?.file
      if (change.encoding === undefined || file === undefined) return
      // In another encoding, the headers may have other names.
      inspection.mutate({ file, choice: {}, encoding: change.encoding })
    },
    start: (dryRun: boolean) => {
      const isRight = shop.data !== undefined && priceProblem(reading, shop.data.currency) === null
      if (isRight && opened?.problem === null && !run.isPending) run.mutate({ ready: opened, dryRun })
    },
    cancel: () => abort.current?.abort(),
  }
}

function booksOptions({ price, author }: Reading, currency: string) {
  return {
    currency,
    priceCents: centsOf(price, currency) ?? undefined,
    author: author.trim() === '' ? undefined : author.trim(),
  }
}
