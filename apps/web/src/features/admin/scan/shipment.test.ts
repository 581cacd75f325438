import { describe, expect, test } from 'vitest'
import { counted, emptyShipment, merged, scanned, totalOf, undone, type Shipment } from './shipment.ts'

const beeps = (codes: string) =>
  codes.split('').reduce((shipment, code) => scanned(shipment, { code, kind: 'isbn' }), emptyShipment)
const linesOf = ({ lines }: Shipment) => lines.map(({ code, copies }) => `${code}${copies}`).join(' ')

describe('counting a delivery', () => {
  test('adds a copy for each beep, with the last one on top', () => {
    expect(linesOf(beeps('ABACA'))).toBe('A3 C1 B1')
    expect(totalOf(beeps('ABACA').lines)).toBe(5)
  })

  test('undoes beeps one by one, down to nothing', () => {
    let shipment = beeps('ABA')
    const seen = [linesOf(shipment)]
    for (let beep = 0; beep < 4; beep += 1) {
      shipment = undone(shipment)
      seen.push(linesOf(shipment))
    }
    expect(seen).toEqual(['A2 B1', 'A1 B1', 'A1', '', ''])
  })

  test('corrects and removes a line by hand, which can be undone too', () => {
    const removed = counted(counted(beeps('AB'), 'A', 12), 'B', 0)
    expect(linesOf(removed)).toBe('A12')
    expect(linesOf(undone(removed))).toBe('B1 A12')
    expect(linesOf(undone(undone(removed)))).toBe('B1 A1')
    expect(counted(removed, 'A', 12)).toBe(removed)
    expect(counted(removed, 'X', 3)).toBe(removed)
  })

  test('takes lines back that were not sent, next to what was scanned meanwhile', () => {
    const back = merged(beeps('AB'), [
      { code: 'A', kind: 'isbn', copies: 4 },
      { code: 'C', kind: 'isbn', copies: 2 },
    ])
    expect(linesOf(back)).toBe('C2 B1 A5')
  })
})
