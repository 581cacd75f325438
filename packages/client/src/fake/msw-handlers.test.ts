import { WAIT } from '@prebook/testing/bounds'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { http as http2 } from 'msw-2'
import { setupServer as setupServer2 } from 'msw-2/node'
import { expect, test, vi } from 'vitest'
import { createClient, explainError, memoryStorage } from '../index.ts'
import { caught } from '../testing/caught.ts'
import { createFakePrebook, FAKE_PASSWORD, prebookHandlers, type FakePrebook } from './index.ts'

const url = 'https://books.example.org/shop'

const versions = [
  ['3', (fake: FakePrebook) => setupServer(...prebookHandlers(fake, { http, url }))],
  ['2', (fake: FakePrebook) => setupServer2(...prebookHandlers(fake, { http: http2, url }))],
] as const

test.each(versions)('msw %s answers the requests of an application', async (_, serverFor) => {
  const fake = createFakePrebook({ books: [{ title: 'Dune' }], users: [{ email: 'ada@example.org' }] })
  const server = serverFor(fake)
  server.listen({ onUnhandledRequest: 'error' })
  try {
    const client = createClient({ url, storage: memoryStorage() })
    await client.auth.login.mutate({ email: 'ada@example.org', password: FAKE_PASSWORD })
    const statuses: string[] = []
    const watching = client.prebooks.watch.subscribe(undefined, {
      onData: ({ data }) => void statuses.push(data.status),
    })
    const [books] = await Promise.all([client.books.list.query({}), client.auth.me.query()])
    expect(books.items).toMatchObject([{ title: 'Dune' }])
    await client.prebooks.create.mutate({ bookId: 1 })
    await vi.waitFor(() => expect(statuses).toEqual(['waiting']), WAIT)
    await fake.staff.stock.set.mutate({ bookId: 1, quantity: 1 })
    await vi.waitFor(() => expect(statuses).toEqual(['waiting', 'notified']), WAIT)
    expect(explainError(await caught(client.prebooks.create.mutate({ bookId: 1 })))).toMatchObject({
      reason: 'PREBOOK_BOOK_IN_STOCK',
    })
    watching.unsubscribe()
  } finally {
    server.close()
  }
})

test.each(versions)('with msw %s, a request can fail on its way', async (_, serverFor) => {
  const fake = createFakePrebook()
  const report = vi.spyOn(console, 'error')
  const server = serverFor(fake)
  server.listen({ onUnhandledRequest: 'error' })
  try {
    const client = createClient({ url, storage: memoryStorage() })
    const reader = { email: 'reader@example.org', password: FAKE_PASSWORD }
    for (const reason of ['unreachable', 'answer-lost'] as const) {
      fake.failNext({ reason })
      expect(explainError(await caught(client.auth.register.mutate(reader)))).toMatchObject({
        kind: 'unreachable',
      })
    }
    expect(explainError(await caught(client.auth.register.mutate(reader)))).toMatchObject({
      reason: 'AUTH_EMAIL_TAKEN',
    })
    expect(report).not.toHaveBeenCalled()
  } finally {
    server.close()
    report.mockRestore()
  }
})
