import { expect, test } from 'vitest'
import { exportListAfter, exportLists, readExportPosition } from './export-position.ts'
import { AccountExport } from './schemas/account-export.ts'

test('lists everything that an export holds', () => {
  expect([...exportLists, 'account', 'nextCursor'].toSorted()).toEqual(
    Object.keys(AccountExport.shape).toSorted(),
  )
})

test('an export continues after a row of a list', () => {
  expect(readExportPosition(null)).toEqual({ name: 'sessions', after: '' })
  expect(readExportPosition(exportListAfter('prebooks', '7'))).toEqual({ name: 'prebooks', after: '7' })
  expect(readExportPosition(exportListAfter('stockRequests', 'box 1'))).toEqual({
    name: 'stockRequests',
    after: 'box 1',
  })
})

test.each(['', 'prebooks', 'prebooks:x', 'account:1', 'stockRequests:\n'])('refuses %j', (text) =>
  expect(() => readExportPosition(text)).toThrow('nextCursor of a part'),
)
