import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { translatePostgresError } from './postgres-errors.ts'

function withState(code: string): Error {
  return Object.assign(new DatabaseError('an error', 0, 'error'), { code })
}

test.each([
  ['a lock timeout', withState('55P03')],
  ['a statement over its limit', withState('57014')],
  ['a serialization failure', withState('40001')],
  ['a deadlock', withState('40P01')],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
])('clients bring %s about', (_what, error) => {
  expect(translatePostgresError(error)).toMatchObject({ reason: 'STORE_BUSY', storeFailed: false })
})

test.each([
  ['a full disk', withState('53100')],
  ['no connection left on the server', withState('53300')],
  ['a server that stops', withState('57P01')],
  ['a server that starts', withState('57P03')],
  ['a lost connection', new Error('Connection terminated unexpectedly')],
  ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['a server that does not answer', new Error('Query read timeout')],
])('%s is a failure of the store', (_what, error) => {
  expect(translatePostgresError(error)).toMatchObject({ reason: 'STORE_BUSY', storeFailed: true })
})
