import { WAIT } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi } from '../hostile/hostile-api.ts'
import { addBooks, addPerson, type Person } from '../hostile/people.ts'
import { openStream } from './testing/open-stream.ts'

for (const engine of runnableEngines()) {
  describe(`streams of REST, on ${engine.name}`, async () => {
    const api = await startHostileApi(engine)
    afterAll(() => api[Symbol.asyncDispose]())
    await addBooks(api)
    const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
    let serial = 0
    const newReader = () => addPerson(api, `reader-${(serial += 1)}@example.org`)
    const open = (path: string, { token }: Person, headers: Record<string, string> = {}) =>
      openStream(api.url + path, { authorization: `Bearer ${token}`, ...headers })
    const send = async ({ token }: Person, method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await api.send({ method, path, headers, ...(body && { body: JSON.stringify(body) }) })
      expect(answer.status).toBeLessThan(300)
      return (answer.text === '' ? null : JSON.parse(answer.text)) as { id: number }
    }

    test('watch pre-bookings: their present state, then every change', async () => {
      const reader = await newReader()
      const { id } = await send(reader, 'POST', '/prebooks', { book_id: 1 })
      await using stream = await open('/prebooks/watch', reader)
      expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
      expect(stream.headers.get('x-accel-buffering')).toBe('no')
      await vi.waitFor(() => expect(stream.events()).toHaveLength(1), WAIT)
      await send(admin, 'PATCH', '/books/1/stock', { quantity: 2 })
      await vi.waitFor(() => expect(stream.events()).toHaveLength(2), WAIT)
      const shown = { id, book_id: 1, book_title: 'Book 1' }
      expect(stream.events()).toMatchObject([
        { event: null, id: `${id}:waiting`, data: { ...shown, status: 'waiting', notified_at: null } },
        { event: null, id: `${id}:notified`, data: { ...shown, status: 'notified' } },
      ])
      expect(stream.text()).toMatch(/^: connected\n\n/)
      await send(admin, 'PATCH', '/books/1/stock', { quantity: 0 })
    })

    test('watch the stock, and resume after the last event that was received', async () => {
      const adjust = (delta: number) => send(admin, 'POST', '/books/2/stock/adjust', { delta })
      await using stream = await open('/stock/changes?book_id=2', admin)
      await vi.waitFor(() => expect(stream.text()).not.toBe(''), WAIT)
      await adjust(1)
      await vi.waitFor(() => expect(stream.events()).toHaveLength(1), WAIT)
      const [first] = stream.events()
      expect(first?.data).toMatchObject({ book_id: 2, delta: 1, quantity_after: 4, book_title: 'Book 2' })
      await stream[Symbol.asyncDispose]()
      await adjust(2)
      await adjust(3)
      await using resumed = await open('/stock/changes?book_id=2', admin, {
        'last-event-id': String(first?.id),
      })
      await vi.waitFor(() => expect(resumed.events()).toHaveLength(2), WAIT)
      expect(resumed.events().map(({ data }) => (data as { delta: number }).delta)).toEqual([2, 3])
    })

    test.each(['/prebooks/watch', '/stock/changes'])('%s is refused with a status', async (path) => {
      const refusals: [string, Record<string, string>, number, string][] = [
        [path, {}, 401, 'AUTH_REQUIRED'],
        [`${path}?no_such=1`, { authorization: `Bearer ${admin.token}` }, 422, 'VALIDATION_ERROR'],
      ]
      for (const [address, headers, status, code] of refusals) {
        await using stream = await openStream(api.url + address, headers)
        await vi.waitFor(() => expect(stream.ended()).toBe(true), WAIT)
        expect([stream.status, stream.headers.get('content-type')]).toEqual([
          status,
          'application/problem+json',
        ])
        expect(JSON.parse(stream.text())).toMatchObject({ code, status })
      }
    })

    test('an id that is not of an event is refused, and the error names the header', async () => {
      await using stream = await open('/stock/changes', admin, { 'last-event-id': 'x' })
      await vi.waitFor(() => expect(stream.ended()).toBe(true), WAIT)
      expect(JSON.parse(stream.text())).toMatchObject({ code: 'VALIDATION_ERROR', field: 'Last-Event-ID' })
    })

    test('of an account are limited: the oldest ends, and says why', async () => {
      const reader = await newReader()
      await using streams = new AsyncDisposableStack()
      const oldest = streams.use(await open('/prebooks/watch', reader))
      await vi.waitUntil(async () => {
        streams.use(await open('/prebooks/watch', reader))
        return oldest.ended()
      }, WAIT)
      expect(oldest.events()).toMatchObject([
        { event: 'problem', data: { code: 'RATE_LIMITED', status: 429 } },
      ])
    })

    test('end with a problem when the session ends', async () => {
      const reader = await newReader()
      await using stream = await open('/prebooks/watch', reader)
      await send(reader, 'POST', '/auth/logout')
      await vi.waitFor(() => expect(stream.ended()).toBe(true), WAIT)
      expect(stream.events()).toMatchObject([
        {
          event: 'problem',
          data: {
            type: '/docs/errors#AUTH_REQUIRED',
            status: 401,
            code: 'AUTH_REQUIRED',
            request_id: stream.headers.get('x-request-id'),
          },
        },
      ])
    })

    test('HEAD opens none', async () => {
      const reader = await newReader()
      const headers = { authorization: `Bearer ${reader.token}` }
      await using stream = await open('/prebooks/watch', reader)
      for (let calls = 0; calls < 50; calls += 1) {
        const answer = await api.send({ method: 'HEAD', path: '/prebooks/watch', headers })
        expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream'])
      }
      // Of too many streams, the oldest ends with RATE_LIMITED.
      await send(reader, 'POST', '/auth/logout')
      await vi.waitFor(() => expect(stream.ended()).toBe(true), WAIT)
      expect(stream.events()).toMatchObject([{ data: { code: 'AUTH_REQUIRED' } }])
    })
  })
}
