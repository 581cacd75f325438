import { describe, expectTypeOf, test } from 'vitest'
import {
  isPrebookError,
  type PrebookClient,
  type Reason,
  type RouterInputs,
  type RouterOutputs,
} from './index.ts'

describe('what a TypeScript application sees', () => {
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
})
