import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../lib/client.ts'
import type { Barcode } from '@prebook/book-files'
import { playSound } from './scan-sounds.ts'
import { discard, openScanStore, scan, startSending, type ScanStore } from './shipment-store.ts'
import { undone, type ScannedLine } from './shipment.ts'
import { createTitleLookup, type Title } from './title-lookup.ts'

/** What was scanned or undone last. */
export type LastScan = { barcode: Barcode; isUndone: boolean }

const stores = new Map<number, ScanStore>()

/** The scanning of an account: its state survives other pages, and reloads of the tab. */
function storeOf(userId: number): ScanStore {
  const store = stores.get(userId) ?? openScanStore(userId, sessionStorage)
  stores.set(userId, store)
  return store
}

/** Connects scanning, looking up titles, and sounds. */
export function useScanning(userId: number) {
  const store = storeOf(userId)
  const { lookup, unheard } = useMemo(() => {
    const waiting = new Set<string>()
    const onFound = (found: ReadonlyMap<string, Title>) => {
      const beeped = [...found].filter(([isbn]) => waiting.delete(isbn))
      if (beeped.length > 0) playSound(beeped.some(([, title]) => title === 'unknown') ? 'unknown' : 'known')
    }
    return { lookup: createTitleLookup(client, onFound), unheard: waiting }
  }, [])
  const state = store.use()
  const titles = lookup.titles.use()
  const [last, setLast] = useState<LastScan | null>(() => {
    const barcode = state.shipment.lines[0]
    return barcode === undefined ? null : { barcode, isUndone: false }
  })

  useEffect(() => {
    const { shipment, sending } = store.get()
    lookup.ask(isbnsOf([...shipment.lines, ...(sending?.lines ?? [])]))
    return () => lookup.stop()
  }, [store, lookup])

  const actions = useMemo(
    () => ({
      lookUpAgain: () => lookup.askAgain(),
      /** Counts an entered code. The line is stored before this returns; its title is looked up in the background. */
      enter: (text: string) => {
        const barcode = scan(store, text)
        if (barcode === null) return
        setLast({ barcode, isUndone: false })
        const title = lookup.titles.get().found.get(barcode.code)
        if (barcode.kind !== 'isbn') playSound('unknown')
        else if (title !== undefined) playSound(title === 'unknown' ? 'unknown' : 'known')
        else {
          unheard.add(barcode.code)
          lookup.ask([barcode.code])
        }
      },
      discard: () => {
        discard(store)
        setLast(null)
      },
      startSending: (lines: readonly ScannedLine[], note: string | null) => {
        startSending(store, lines, note)
        setLast(null)
      },
      undo: () => {
        const before = store.get()
        const step = before.shipment.steps.at(-1)
        if (step === undefined) return
        store.set({ ...before, shipment: undone(before.shipment) })
        setLast({ barcode: { code: step.code, kind: step.kind }, isUndone: true })
      },
    }),
    [store, lookup, unheard],
  )
  return { state, store, titles, last, ...actions }
}

/** The connection of a page to scanning. */
export type Scanning = ReturnType<typeof useScanning>

function isbnsOf(lines: readonly ScannedLine[]): string[] {
  return lines.filter(({ kind }) => kind === 'isbn').map(({ code }) => code)
}
