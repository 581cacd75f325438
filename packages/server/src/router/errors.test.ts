import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { PrebookError, reasons, type Reason } from '@prebook/core'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'
import { errorShape, toPrebookError, toTrpcError } from './errors.ts'

// tRPC has no code for 410, and answers invalid input with 400.
const ownStatus: Partial<Record<Reason, number>> = { VALIDATION_ERROR: 400, AUTH_LINK_INVALID: 412 }

describe.each(Object.keys(reasons) as Reason[])('%s', (reason) => {
  test('keeps its reason through tRPC and has the status of the table', () => {
    const error = toTrpcError(new PrebookError(reason))
    expect(toPrebookError(error).reason).toBe(reason)
    const { data } = errorShape(toPrebookError(error), 'request')
    expect(data.reason).toBe(reason)
    expect(data.httpStatus).toBe(ownStatus[reason] ?? reasons[reason].http)
  })
})

test('an unexpected error reveals no details', () => {
  const leak = new Error('SQLITE_ERROR: no such column: password_hash')
  const error = toPrebookError(
    new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: leak.message, cause: leak }),
  )
  const shape = errorShape(error, 'request-7')
  expect(shape.data).toMatchObject({
    reason: 'INTERNAL_ERROR',
    requestId: 'request-7',
    field: null,
    issues: null,
  })
  expect(JSON.stringify(shape)).not.toMatch(/SQLITE|password_hash/)
  expect(error.cause).toBeInstanceOf(TRPCError)
})

describe.each(engines)('on $name', (engine) => {
  test('a database error reaches the caller as INTERNAL_ERROR without details', async () => {
    await using server = await createTestServer(engine)
    await server.services.store.write((tx) => tx.schema.alterTable('books').renameTo('lost').execute())
    const error = await server
      .as()
      .books.list({})
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TRPCError)
    expect(toPrebookError(error as TRPCError)).toMatchObject({ reason: 'INTERNAL_ERROR' })
    expect(JSON.stringify(errorShape(toPrebookError(error as TRPCError), 'id'))).not.toMatch(
      /books|select|sqlite/i,
    )
  })

  test('an invalid input reports every invalid field', async () => {
    await using server = await createTestServer(engine)
    const error = await server
      .as()
      .auth.register({ email: 'reader', password: 'short', extra: 1 } as never)
      .catch((thrown: unknown) => thrown)
    expect(toPrebookError(error as TRPCError)).toMatchObject({
      reason: 'VALIDATION_ERROR',
      field: 'email',
      message: 'email: Must be an e-mail address, such as reader@example.org.',
      issues: [
        { path: 'email', message: 'Must be an e-mail address, such as reader@example.org.' },
        { path: 'password', message: 'Must have at least 8 characters.' },
        { path: 'extra', message: 'Unknown field.' },
      ],
    })
  })

  test('a missing field is reported as required', async () => {
    await using server = await createTestServer(engine)
    const error = await server
      .as()
      .auth.login({} as never)
      .catch((thrown: unknown) => thrown)
    expect(toPrebookError(error as TRPCError).issues).toEqual([
      { path: 'email', message: 'Required.' },
      { path: 'password', message: 'Required.' },
    ])
  })
})
