import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { describe, expectTypeOf, test } from 'vitest'
import type { Reason as ServerReason } from '@prebook/core'
import type { AppRouter } from '@prebook/server/router'
import {
  isPrebookError,
  type PrebookClient,
  type PrebookClientError,
  type PrebookFailure,
  type Reason,
  type RouterInputs,
  type RouterOutputs,
} from './index.ts'

describe('what a TypeScript application sees', () => {
  test('is what the server serves: every input, every answer, every reason', () => {
    expectTypeOf<RouterInputs>().toEqualTypeOf<inferRouterInputs<AppRouter>>()
    expectTypeOf<RouterOutputs>().toEqualTypeOf<inferRouterOutputs<AppRouter>>()
    expectTypeOf<Reason>().toEqualTypeOf<ServerReason>()
    type ErrorData = AppRouter['_def']['_config']['$types']['errorShape']['data']
    expectTypeOf<PrebookClientError['data']>().toExtend<ErrorData>()
    expectTypeOf<ErrorData>().toExtend<PrebookClientError['data']>()
  })

  test('answers are exact, and hold no column of the database', () => {
    expectTypeOf<RouterOutputs['prebooks']['create']>().toEqualTypeOf<{
      id: number
      bookId: number
      bookTitle: string
      bookAuthor: string
      status: 'waiting' | 'notified' | 'cancelled'
      createdAt: string
      notifiedAt: string | null
      cancelledAt: string | null
    }>()
    expectTypeOf<RouterOutputs['stock']['set']['transition']>().toEqualTypeOf<
      'restocked' | 'sold-out' | 'changed' | 'none'
    >()
    expectTypeOf<RouterOutputs['stock']['set']['broadcast']>().toEqualTypeOf<{
      waitlistId: number
      notifiedAt: string
      notified: number
    } | null>()
    expectTypeOf<RouterOutputs['prebooks']['get']['queuePosition']>().toEqualTypeOf<number | '1000+' | null>()
    expectTypeOf<RouterOutputs['auth']['logout']>().toEqualTypeOf<{ ok: true }>()
  })

  test('inputs are exact', () => {
    expectTypeOf<RouterInputs['prebooks']['create']>().toEqualTypeOf<{ bookId: number }>()
    expectTypeOf<RouterInputs['books']['get']>().toEqualTypeOf<{ bookId: number } | { isbn: string }>()
    expectTypeOf<RouterInputs['auth']['login']>().toEqualTypeOf<{
      email: string
      password: string
      session?: 'token' | 'cookie' | undefined
    }>()
  })

  test('a procedure that does not exist does not compile', () => {
    expectTypeOf<PrebookClient>().toHaveProperty('prebooks')
    expectTypeOf<PrebookClient>().not.toHaveProperty('orders')
    expectTypeOf<PrebookClient['books']>().not.toHaveProperty('delete')
  })

  test('a reason that does not exist does not compile, and a checked one is known', () => {
    expectTypeOf<'PREBOOK_DUPLICATE'>().toExtend<Reason>()
    expectTypeOf<string>().not.toExtend<Reason>()
    const error: unknown = undefined
    if (isPrebookError(error, 'PREBOOK_DUPLICATE')) {
      expectTypeOf(error.data.reason).toEqualTypeOf<'PREBOOK_DUPLICATE'>()
      expectTypeOf(error.data.httpStatus).toEqualTypeOf<number>()
    }
    if (isPrebookError(error)) expectTypeOf(error.data.reason).toEqualTypeOf<Reason>()
  })

  test('what can go wrong is a closed set', () => {
    expectTypeOf<PrebookFailure['kind']>().toEqualTypeOf<
      'refused' | 'unknown-reason' | 'unreachable' | 'timeout' | 'aborted' | 'not-prebook' | 'unknown'
    >()
    expectTypeOf<Extract<PrebookFailure, { kind: 'refused' }>['reason']>().toEqualTypeOf<Reason>()
    expectTypeOf<Extract<PrebookFailure, { kind: 'unknown-reason' }>['reason']>().toEqualTypeOf<string>()
  })
})
