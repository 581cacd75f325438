import { createStore, type Store } from '../../../app/store.ts'
import { newRequestKey } from '../request-key.ts'
import { readBarcode } from '@prebook/book-files'
import type { Restocked } from './restock-shipment.ts'
import { emptyShipment, merged, scanned, type ScannedLine, type Shipment } from './shipment.ts'

/** A delivery that is being sent. Sent again with its key, it is counted only once. */
export type Sending = {
  key: string
  lines: readonly ScannedLine[]
  note: string | null
  /** Whether a request may have been carried out although its answer is missing. */
  isUnanswered: boolean
}

/** Everything about scanning that a reload must not lose. */
export type ScanState = {
  shipment: Shipment
  /** The key of this delivery, made with its first beep: another tab with a copy of it cannot count it a second time. */
  key: string
  sending: Sending | null
  restocked: Restocked | null
}

/** The state of scanning, kept in the storage of the tab. */
export type ScanStore = Store<ScanState>

type TabStorage = Pick<Storage, 'getItem' | 'setItem'>

/** Opens what an account has scanned in this tab. */
export function openScanStore(userId: number, storage: TabStorage): ScanStore {
  const name = `prebook-scan-${userId}`
  const store = createStore(read(storage, name))
  return {
    ...store,
    set(next) {
      store.set(next)
      try {
        // At each beep and before the next one: whatever happens to the page, no beep is lost.
        storage.setItem(name, JSON.stringify(next))
      } catch {
        // Without storage, what was scanned lasts until the page is closed.
      }
    },
  }
}

/** Counts what was entered. Returns its barcode; null for nothing. */
export function scan(store: ScanStore, entered: string): ReturnType<typeof readBarcode> {
  const barcode = readBarcode(entered)
  if (barcode === null) return null
  const state = store.get()
  store.set({ ...state, shipment: scanned(state.shipment, barcode), restocked: null })
  return barcode
}

/** Puts lines aside to send them. Later beeps belong to the next delivery. */
export function startSending(store: ScanStore, toSend: readonly ScannedLine[], note: string | null): void {
  const { shipment, key } = store.get()
  const sent = new Set(toSend.map(({ code }) => code))
  const sending = { key, lines: toSend, note, isUnanswered: false }
  const lines = shipment.lines.filter(({ code }) => !sent.has(code))
  store.set({ shipment: { lines, steps: [] }, key: newRequestKey(), sending, restocked: null })
}

/** Sets whether the delivery that is being sent may have been counted already. */
export function setUnanswered(store: ScanStore, isUnanswered: boolean): void {
  const state = store.get()
  if (state.sending !== null) store.set({ ...state, sending: { ...state.sending, isUnanswered } })
}

/** Ends the sending. Refused lines come back to the delivery. */
export function endSending(store: ScanStore, restocked: Restocked): void {
  const { sending, ...state } = store.get()
  const refused = new Set(restocked.refused.map(({ code }) => code))
  const back = sending?.lines.filter(({ code }) => refused.has(code)) ?? []
  store.set({ ...state, sending: null, restocked, shipment: merged(state.shipment, back) })
}

/** Takes back a delivery that was refused as a whole, which changed nothing. */
export function takeBack(store: ScanStore): void {
  const { sending, ...state } = store.get()
  store.set({ ...state, sending: null, shipment: merged(state.shipment, sending?.lines ?? []) })
}

/** Empties the delivery that is being counted. */
export function discard(store: ScanStore): void {
  store.set({ ...store.get(), shipment: emptyShipment, key: newRequestKey() })
}

function read(storage: TabStorage, name: string): ScanState {
  const start = { shipment: emptyShipment, key: newRequestKey(), sending: null, restocked: null }
  try {
    // Only this module writes it.
    return { ...start, ...(JSON.parse(storage.getItem(name) ?? '{}') as Partial<ScanState>) }
  } catch {
    return start
  }
}
