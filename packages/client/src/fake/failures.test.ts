import { describe, expect, test } from 'vitest'
import { explainError } from '../index.ts'
import { book } from '../testing/book.ts'
import { caught } from '../testing/caught.ts'
import { createFakePrebook, type FakeFailure } from './index.ts'

describe('failures on purpose', () => {
  test('a refusal with all of its details', async () => {
    const fake = createFakePrebook({ books: [book] })
    fake.failNext({
      reason: 'RATE_LIMITED',
      retryAfterSeconds: 7,
      message: 'Slow down.',
      procedure: 'prebooks.create',
    })
    expect(await fake.reader.books.get.query({ bookId: 1 })).toMatchObject({ id: 1 })
    const client = fake.createClient({ token: fake.sessionToken('reader@example.org'), timeoutMs: 1_000 })
    expect(explainError(await caught(client.prebooks.create.mutate({ bookId: 1 })))).toMatchObject({
      reason: 'RATE_LIMITED',
      message: 'Slow down.',
      retryAfterSeconds: 7,
    })
    expect(await client.prebooks.list.query({})).toMatchObject({ items: [] })
  })

  test.each<[string, unknown]>([
    ['reason: There is no reason BUSY.', { reason: 'BUSY' }],
    ['procedure: There is no procedure books.lst.', { reason: 'STORE_BUSY', procedure: 'books.lst' }],
    ['times: Must be at least 1.', { reason: 'STORE_BUSY', times: 0 }],
    ['times: Must be a whole number.', { reason: 'STORE_BUSY', times: 1.5 }],
    ['time: Unknown field.', { reason: 'STORE_BUSY', time: 2 }],
  ])('that cannot be are refused: %s', (problem, failure) => {
    expect(() => createFakePrebook().failNext(failure as FakeFailure)).toThrow(
      new TypeError(`failNext: ${problem}`),
    )
  })

  test('what is undefined has its default', async () => {
    const fake = createFakePrebook()
    fake.failNext({ reason: 'INTERNAL_ERROR', procedure: undefined, times: undefined, message: undefined })
    await expect(fake.reader.auth.logout.mutate()).rejects.toThrow('Something went wrong on our side.')
    await expect(fake.reader.auth.logout.mutate()).resolves.toEqual({ ok: true })
  })

  test('the client tries a query again', async () => {
    const fake = createFakePrebook({ books: [book] })
    fake.failNext({ reason: 'STORE_BUSY' })
    fake.failNext({ reason: 'unreachable' })
    expect(await fake.reader.books.get.query({ bookId: 1 })).toMatchObject({ id: 1 })
  })

  test('a mutation whose answer is lost is carried out', async () => {
    const fake = createFakePrebook({ books: [book] })
    fake.failNext({ reason: 'answer-lost', procedure: 'prebooks.create' })
    expect(explainError(await caught(fake.reader.prebooks.create.mutate({ bookId: 1 })))).toMatchObject({
      kind: 'unreachable',
    })
    expect((await fake.reader.prebooks.list.query({})).items).toHaveLength(1)
  })
})
