import { describe, expect, test } from 'vitest'
import {
  discard,
  endSending,
  openScanStore,
  scan,
  setUnanswered,
  startSending,
  takeBack,
} from './shipment-store.ts'

/** The storage of a tab. */
function createTab() {
  const items = new Map<string, string>()
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  }
}

const dune = '9780441013593'
const solaris = '9780156027601'

describe('what was scanned', () => {
  test('survives a reload after any beep, with its key, and is not shown to another account', () => {
    const tab = createTab()
    const store = openScanStore(1, tab)
    for (const code of [dune, solaris, 'not a book', dune]) {
      scan(store, code)
      expect(openScanStore(1, tab).get()).toEqual(store.get())
    }
    expect(store.get().shipment.lines.map(({ code, copies }) => [code, copies])).toEqual([
      [dune, 2],
      ['not a book', 1],
      [solaris, 1],
    ])
    expect(openScanStore(2, tab).get().shipment.lines).toEqual([])
  })

  test('starts empty when the storage is not readable', () => {
    const broken = { getItem: () => '{', setItem: () => undefined }
    expect(openScanStore(1, broken).get()).toMatchObject({ shipment: { lines: [] }, sending: null })
  })

  test('is put aside with its key while it is sent; later beeps are the next delivery', () => {
    const tab = createTab()
    const store = openScanStore(1, tab)
    for (const code of [dune, 'not a book']) scan(store, code)
    const { key, shipment } = store.get()
    startSending(store, shipment.lines.slice(1), 'Box 7')
    setUnanswered(store, true)
    scan(store, dune)
    const { sending, ...next } = openScanStore(1, tab).get()
    expect(sending).toEqual({
      key,
      lines: [{ code: dune, kind: 'isbn', copies: 1 }],
      note: 'Box 7',
      isUnanswered: true,
    })
    expect(next.key).not.toBe(key)
    expect(next.shipment.lines.map(({ code }) => code)).toEqual([dune, 'not a book'])
  })

  test('comes back where the shop refuses it', () => {
    const store = openScanStore(1, createTab())
    for (const code of [dune, solaris]) scan(store, code)
    startSending(store, store.get().shipment.lines, null)
    endSending(store, { titles: 1, copies: 1, notified: 0, refused: [{ code: solaris, message: 'No.' }] })
    expect(store.get()).toMatchObject({
      sending: null,
      shipment: { lines: [{ code: solaris, copies: 1 }] },
    })
    startSending(store, store.get().shipment.lines, null)
    scan(store, solaris)
    takeBack(store)
    expect(store.get()).toMatchObject({
      sending: null,
      shipment: { lines: [{ code: solaris, copies: 2 }] },
    })
    discard(store)
    expect(store.get().shipment.lines).toEqual([])
  })
})
