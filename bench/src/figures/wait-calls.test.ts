import { expect, test } from 'vitest'
import { procedureCalls } from './procedure-list.ts'
import { proceduresWithoutCall, waitCalls } from './wait-calls.ts'

const person = { id: 1, token: 'token' }
const some = { first: 1, last: 100 }
const calls = waitCalls(
  { readers: Array.from({ length: 20 }, () => person), admin: person, books: some },
  {
    crowded: some,
    deserted: 1,
    collector: { ...person, prebooks: some, inTheCrowd: 1, alone: 2 },
    crowd: some,
  },
)

test('every call names a procedure of the API', () => {
  const named = calls.map(({ name }) => String(name.split(',')[0]))
  expect(procedureCalls()).toEqual(expect.arrayContaining(named))
})

test('lists the procedures that have no call', () => {
  const missing = proceduresWithoutCall(calls.filter(({ name }) => !name.startsWith('books.list')))
  expect(missing).toContain('books.list')
  expect(missing).not.toContain('books.get')
  expect(missing).not.toContain('prebooks.watch')
})
