import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { TRPCClient } from '@trpc/client'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { readFile } from 'node:fs/promises'
import type * as Server from '@prebook/core'
import type { AppRouter } from '@prebook/server/router'
import type * as Entities from './entities.ts'
import {
  isPrebookError,
  type PrebookClient,
  type PrebookCallError,
  type PrebookClientError,
  type PrebookFailure,
  type PrebookRouter,
  type Reason,
  type RouterInputs,
  type RouterOutputs,
} from './index.ts'

describe('the types of the client', () => {
  test('match the inputs, outputs and reasons of the server', () => {
    expectTypeOf<inferRouterInputs<PrebookRouter>>().toEqualTypeOf<inferRouterInputs<AppRouter>>()
    expectTypeOf<RouterOutputs>().toEqualTypeOf<inferRouterOutputs<AppRouter>>()
    expectTypeOf<Reason>().toEqualTypeOf<Server.Reason>()
    type ErrorData = AppRouter['_def']['_config']['$types']['errorShape']['data']
    expectTypeOf<PrebookClientError['data']>().toExtend<ErrorData>()
    expectTypeOf<ErrorData>().toExtend<PrebookClientError['data']>()
  })

  test('have exact outputs without database columns', () => {
    expectTypeOf<RouterOutputs['prebooks']['create']>().toEqualTypeOf<{
      id: number
      bookId: number
      bookTitle: string
      bookAuthor: string
      status: 'waiting' | 'notified' | 'cancelled'
      bookExpectedOn: string | null
      bookExpectedPrecision: 'day' | 'month' | 'season' | null
      createdAt: string
      notifiedAt: string | null
      cancelledAt: string | null
      cancelledBy: 'reader' | 'shop' | null
      successorId: number | null
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

  test('have exact inputs', () => {
    expectTypeOf<RouterInputs['prebooks']['create']>().toEqualTypeOf<{ bookId: number }>()
    expectTypeOf<RouterInputs['books']['get']>().toEqualTypeOf<
      { bookId: number; isbn?: undefined } | { bookId?: undefined; isbn: string }
    >()
    expectTypeOf<RouterInputs['auth']['logout']>().toEqualTypeOf<void>()
    // Also if it can be left out.
    expectTypeOf<RouterInputs['demand']['top']>().toEqualTypeOf<{
      limit?: number | undefined
      days?: number | undefined
      since?: string | undefined
      order?: 'waiting' | 'since' | 'joinedLately' | undefined
    }>()
    expectTypeOf<RouterInputs['auth']['login']>().toEqualTypeOf<{
      email: string
      password: string
      session?: 'token' | 'cookie' | undefined
    }>()
  })

  test('are those of a client of tRPC, so that its tools accept it', () => {
    expectTypeOf<PrebookClient>().toExtend<TRPCClient<PrebookRouter>>()
  })

  test('name the reason of the error that ends a stream', () => {
    const watch = (client: PrebookClient) =>
      client.prebooks.watch.subscribe(undefined, {
        onError: (error) => expectTypeOf(error.data?.reason).toEqualTypeOf<Reason | undefined>(),
      })
    expectTypeOf(watch).toBeFunction()
    expectTypeOf<NonNullable<PrebookCallError['data']>['reason']>().toEqualTypeOf<Reason>()
  })

  test('have no unknown procedures', () => {
    expectTypeOf<PrebookClient>().toHaveProperty('prebooks')
    expectTypeOf<PrebookClient>().not.toHaveProperty('orders')
    expectTypeOf<PrebookClient['books']>().not.toHaveProperty('delete')
  })

  test('have no unknown reasons, and narrow a checked reason', () => {
    expectTypeOf<'PREBOOK_DUPLICATE'>().toExtend<Reason>()
    expectTypeOf<string>().not.toExtend<Reason>()
    const error: unknown = undefined
    if (isPrebookError(error, 'PREBOOK_DUPLICATE')) {
      expectTypeOf(error.data.reason).toEqualTypeOf<'PREBOOK_DUPLICATE'>()
      expectTypeOf(error.data.httpStatus).toEqualTypeOf<number>()
    }
    if (isPrebookError(error)) expectTypeOf(error.data.reason).toEqualTypeOf<Reason>()
  })

  test('have a closed set of failures', () => {
    expectTypeOf<PrebookFailure['kind']>().toEqualTypeOf<
      'refused' | 'unknown-reason' | 'unreachable' | 'timeout' | 'aborted' | 'not-prebook' | 'unknown'
    >()
    expectTypeOf<Extract<PrebookFailure, { kind: 'refused' }>['reason']>().toEqualTypeOf<Reason>()
    expectTypeOf<Extract<PrebookFailure, { kind: 'unknown-reason' }>['reason']>().toEqualTypeOf<string>()
  })
})

describe('each entity of the client', () => {
  test('Book is identical to the type of the server', () => {
    expectTypeOf<Entities.Book>().toEqualTypeOf<Server.Book>()
  })

  test('Announcement is identical to the type of the server', () => {
    expectTypeOf<Entities.Announcement>().toEqualTypeOf<Server.Announcement>()
  })

  test('OverdueBook is identical to the type of the server', () => {
    expectTypeOf<Entities.OverdueBook>().toEqualTypeOf<Server.OverdueBook>()
  })

  test('WithdrawnWaitlist is identical to the type of the server', () => {
    expectTypeOf<Entities.WithdrawnWaitlist>().toEqualTypeOf<Server.WithdrawnWaitlist>()
  })

  test('BookWithdrawal is identical to the type of the server', () => {
    expectTypeOf<Entities.BookWithdrawal>().toEqualTypeOf<Server.BookWithdrawal>()
  })

  test('BookWithdrawalPreview is identical to the type of the server', () => {
    expectTypeOf<Entities.BookWithdrawalPreview>().toEqualTypeOf<Server.BookWithdrawalPreview>()
  })

  test('BookSuggestion is identical to the type of the server', () => {
    expectTypeOf<Entities.BookSuggestion>().toEqualTypeOf<Server.BookSuggestion>()
  })

  test('BookAvailability is identical to the type of the server', () => {
    expectTypeOf<Entities.BookAvailability>().toEqualTypeOf<Server.BookAvailability>()
  })

  test('ConfirmedPrebook is identical to the type of the server', () => {
    expectTypeOf<Entities.ConfirmedPrebook>().toEqualTypeOf<Server.ConfirmedPrebook>()
  })

  test('Prebook is identical to the type of the server', () => {
    expectTypeOf<Entities.Prebook>().toEqualTypeOf<Server.Prebook>()
  })

  test('PrebookDetail is identical to the type of the server', () => {
    expectTypeOf<Entities.PrebookDetail>().toEqualTypeOf<Server.PrebookDetail>()
  })

  test('Account is identical to the type of the server', () => {
    expectTypeOf<Entities.Account>().toEqualTypeOf<Server.Account>()
  })

  test('User is identical to the type of the server', () => {
    expectTypeOf<Entities.User>().toEqualTypeOf<Server.User>()
  })

  test('Shop is identical to the type of the server', () => {
    expectTypeOf<Entities.Shop>().toEqualTypeOf<Server.Shop>()
  })

  test('ChangedUser is identical to the type of the server', () => {
    expectTypeOf<Entities.ChangedUser>().toEqualTypeOf<Server.ChangedUser>()
  })

  test('ApiToken is identical to the type of the server', () => {
    expectTypeOf<Entities.ApiToken>().toEqualTypeOf<Server.ApiToken>()
  })

  test('NewApiToken is identical to the type of the server', () => {
    expectTypeOf<Entities.NewApiToken>().toEqualTypeOf<Server.NewApiToken>()
  })

  test('TokenScope is identical to the type of the server', () => {
    expectTypeOf<Entities.TokenScope>().toEqualTypeOf<Server.TokenScope>()
  })

  test('Invitation is identical to the type of the server', () => {
    expectTypeOf<Entities.Invitation>().toEqualTypeOf<Server.Invitation>()
  })

  test('Session is identical to the type of the server', () => {
    expectTypeOf<Entities.Session>().toEqualTypeOf<Server.Session>()
  })

  test('AccountExport is identical to the type of the server', () => {
    expectTypeOf<Entities.AccountExport>().toEqualTypeOf<Server.AccountExport>()
  })

  test('SignedIn is identical to the type of the server', () => {
    expectTypeOf<Entities.SignedIn>().toEqualTypeOf<Server.SignedIn>()
  })

  test('StockMovement is identical to the type of the server', () => {
    expectTypeOf<Entities.StockMovement>().toEqualTypeOf<Server.StockMovement>()
  })

  test('Broadcast is identical to the type of the server', () => {
    expectTypeOf<Entities.Broadcast>().toEqualTypeOf<Server.Broadcast>()
  })

  test('StockHistoryEntry is identical to the type of the server', () => {
    expectTypeOf<Entities.StockHistoryEntry>().toEqualTypeOf<Server.StockHistoryPage['items'][number]>()
  })

  test('StockMovementNews is identical to the type of the server', () => {
    expectTypeOf<Entities.StockMovementNews>().toEqualTypeOf<Server.StockMovementNews>()
  })

  test('StockChange is identical to the type of the server', () => {
    expectTypeOf<Entities.StockChange>().toEqualTypeOf<Server.StockChange>()
  })

  test('StockLineChange is identical to the type of the server', () => {
    expectTypeOf<Entities.StockLineChange>().toEqualTypeOf<Server.StockLineChange>()
  })

  test('StockLineRefusal is identical to the type of the server', () => {
    expectTypeOf<Entities.StockLineRefusal>().toEqualTypeOf<Server.StockLineRefusal>()
  })

  test('Delivery is identical to the type of the server', () => {
    expectTypeOf<Entities.Delivery>().toEqualTypeOf<Server.Delivery>()
  })

  test('Demand is identical to the type of the server', () => {
    expectTypeOf<Entities.Demand>().toEqualTypeOf<Server.Demand>()
  })

  test('AuditEntry is identical to the type of the server', () => {
    expectTypeOf<Entities.AuditEntry>().toEqualTypeOf<Server.AuditEntry>()
  })

  test('Tracked is identical to the type of the server', () => {
    expectTypeOf<Entities.Tracked<Server.Prebook>>().toEqualTypeOf<{ id: string; data: Server.Prebook }>()
  })

  test('is covered by such a test', async () => {
    const entities = await readFile(new URL('entities.ts', import.meta.url), 'utf8')
    const tests = await readFile(new URL('types.test.ts', import.meta.url), 'utf8')
    const names = [...entities.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !new RegExp(`expectTypeOf<Entities\\.${name}[<>]`).test(tests))).toEqual([])
  })
})
