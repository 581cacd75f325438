import { get, type IncomingMessage } from 'node:http'
import { columnNames } from '@prebook/book-files/lists'
import { WAIT } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi } from '../hostile/hostile-api.ts'
import { addBooks, addPerson, type Person } from '../hostile/people.ts'

const METRICS_TOKEN = 'a-token-for-metrics'
/** Enough of a history that the buffers of a connection cannot hold it: 30 MB. */
const MOVEMENTS = 60_000

for (const engine of runnableEngines()) {
  describe(`downloads of REST, on ${engine.name}`, async () => {
    const api = await startHostileApi(engine, { METRICS_TOKEN, SHOP_TIMEZONE: 'Pacific/Kiritimati' })
    afterAll(() => api[Symbol.asyncDispose]())
    await addBooks(api, 250)
    const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
    const staff = await addPerson(api, 'staff@example.org', { role: 'staff' })
    const reader = await addPerson(api, 'reader@example.org')
    const as = (person: Person | null) => (person === null ? {} : { authorization: `Bearer ${person.token}` })
    const send = async (path: string, person: Person | null, headers: Record<string, string> = {}) =>
      api.send({ method: 'GET', path, headers: { ...as(person), ...headers } })
    const change = async (method: string, path: string, person: Person, body: object) => {
      const headers = { ...as(person), 'content-type': 'application/json' }
      const answer = await api.send({ method, path, headers, body: JSON.stringify(body) })
      expect(answer.status).toBeLessThan(300)
      return JSON.parse(answer.text) as Record<string, unknown>
    }
    const rowsOf = (text: string) => text.replace('\uFEFF', '').split('\r\n').slice(1, -1)
    const pagesRead = async (procedure: string) => {
      const { text } = await send('/metrics', null, { authorization: `Bearer ${METRICS_TOKEN}` })
      const line = text.split('\n').find((each) => each.includes(`procedure="${procedure}",outcome="ok"`))
      return Number(line?.split(' ').at(-1) ?? 0)
    }
    for (const bookId of [1, 3]) await change('POST', '/prebooks', reader, { book_id: bookId })
    await change('POST', '/prebooks', staff, { book_id: 3 })

    test('have all pages of the list, with the columns of the command line', async () => {
      const { status, headers, text, bytes } = await send('/books.csv', null)
      expect(status).toBe(200)
      expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
      expect(text.split('\r\n')[0]).toBe(`\uFEFF${columnNames('books').join(',')}`)
      expect(rowsOf(text)).toHaveLength(250)
      expect(new Set(rowsOf(text)).size).toBe(250)
      expect(headers).toMatchObject({
        'content-type': 'text/csv; charset=utf-8',
        'cache-control': 'no-store',
      })
      // The day of the shop, which is a day ahead of UTC for 14 hours.
      const today = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10)
      expect(headers['content-disposition']).toBe(`attachment; filename="books-${today}.csv"`)
      const head = await api.send({ method: 'HEAD', path: '/books.csv' })
      expect([head.status, head.text, head.headers['content-type']]).toEqual([
        200,
        '',
        'text/csv; charset=utf-8',
      ])
    })

    test('have the filters of the list, and no pages', async () => {
      expect(rowsOf((await send('/books.csv?in_stock=true', null)).text)).toHaveLength(125)
      expect(rowsOf((await send('/books.csv?query=12', null)).text)).toHaveLength(11)
      expect(rowsOf((await send('/deliveries.csv?state=failed', admin)).text)).toEqual([])
      for (const query of ['limit=5', 'limit=x', 'cursor=abc', 'in_stock=perhaps', 'format=xlsx'])
        expect([query, (await send(`/books.csv?${query}`, null)).status]).toEqual([query, 422])
      for (const path of [
        '/books/1/demand.csv?days=7',
        '/demand.csv?since=2026-02-30',
        '/demand.csv?readers_per_copy=2',
      ])
        expect([path, (await send(path, staff)).status]).toEqual([path, 422])
    })

    test('of demand and of a waitlist are in the order of the list', async () => {
      const demand = await send('/demand.csv', staff)
      expect(rowsOf(demand.text).map((row) => row.split(',').slice(0, 6))).toEqual([
        ['3', '', 'Book 3', 'An Author', '2', '2'],
        ['1', '', 'Book 1', 'An Author', '1', '1'],
      ])
      const orders = await send('/demand/order-list.csv?readers_per_copy=2', staff)
      expect(rowsOf(orders.text).map((row) => row.split(',').slice(0, 6))).toEqual([
        ['', 'Book 3', 'An Author', '1', '2', '3'],
        ['', 'Book 1', 'An Author', '1', '1', '1'],
      ])
      const waitlist = await send('/books/3/demand.csv', admin)
      expect(rowsOf(waitlist.text).map((row) => row.split(',').slice(0, 4))).toEqual([
        ['1', '2', String(reader.id), 'reader@example.org'],
        ['2', '3', String(staff.id), 'staff@example.org'],
      ])
      expect(waitlist.headers['content-disposition']).toMatch(/"waitlist-3-\d{4}-\d\d-\d\d\.csv"/)
      // Only admins see addresses.
      const forStaff = rowsOf((await send('/books/3/demand.csv', staff)).text)
      expect(forStaff.map((row) => row.split(',')[3])).toEqual(['', ''])
    })

    test.each([
      ['/books.csv', [200, 200, 200, 200]],
      ['/demand.csv', [401, 403, 200, 200]],
      ['/demand/order-list.csv', [401, 403, 200, 200]],
      ['/books/3/demand.csv', [401, 403, 200, 200]],
      ['/books/1/stock/history.csv', [401, 403, 200, 200]],
      ['/deliveries.csv', [401, 403, 403, 200]],
      ['/books/2/demand.csv', [401, 403, 404, 404]],
      ['/books/999/stock/history.csv', [401, 403, 404, 404]],
    ])('%s is for who may read the list', async (path, expected) => {
      const statuses: number[] = []
      for (const person of [null, reader, staff, admin]) {
        const { status, headers } = await send(path, person)
        statuses.push(status)
        expect(headers['content-type']).toBe(
          status === 200 ? 'text/csv; charset=utf-8' : 'application/problem+json',
        )
      }
      expect(statuses).toEqual(expected)
    })

    test('take the session cookie of a browser, whatever its link accepts, and tokens with the scope', async () => {
      const link = { cookie: `prebook_session=${staff.token}`, accept: 'text/html,*/*;q=0.8' }
      expect(await send('/demand.csv', null, link)).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/csv; charset=utf-8' },
      })
      for (const [scope, status] of [
        ['demand:read', 200],
        ['stock:write', 403],
      ]) {
        const { token } = await change('POST', '/tokens', admin, { name: 'Till', scopes: [scope] })
        const answer = await send('/demand.csv', null, { authorization: `Bearer ${String(token)}` })
        expect(answer.status).toBe(status)
        // One call, however many pages.
        expect(answer.headers['ratelimit']).toMatch(/^"token";r=999999;/)
      }
    })

    test('break off when a later page cannot be read, so that a part is not taken for the whole', async () => {
      const damage = (created_at: number) =>
        api.store.write((tx) =>
          tx.updateTable('books').set({ created_at }).where('title', '=', 'Book 99').execute(),
        )
      // Later than any date of JavaScript. In the order of titles, the book is on the third page.
      await damage(8.64e15 + 1)
      await expect(send('/books.csv', null)).rejects.toThrow(/aborted|ECONNRESET/)
      await vi.waitFor(() => expect(api.lines.join('')).toContain('unexpected error'), WAIT)
      await damage(1)
      expect(rowsOf((await send('/books.csv', null)).text)).toHaveLength(250)
    })

    describe('of a long history', async () => {
      const note = 'A note of some length. '.repeat(20)
      await api.store.write(async (tx) => {
        const movement = { book_id: 5, delta: 1, quantity_after: 1, actor_id: admin.id, note, created_at: 1 }
        for (let count = 0; count < MOVEMENTS; count += 1_000)
          await tx
            .insertInto('stock_movements')
            .values(Array.from({ length: 1_000 }, () => movement))
            .execute()
      })
      const open = (person: Person) =>
        new Promise<IncomingMessage>((resolve, reject) => {
          get(`${api.url}/books/5/stock/history.csv`, { headers: as(person) }, resolve).on('error', reject)
        })

      test('are read as fast as the client takes them, and not beyond when it leaves', async () => {
        const before = await pagesRead('stock.history')
        const response = await open(staff)
        await new Promise((resolve) => void response.once('readable', resolve))
        // The service answers others meanwhile.
        expect((await send('/books/5', null)).status).toBe(200)
        response.destroy()
        let last = -1
        await vi.waitFor(async () => {
          const read = (await pagesRead('stock.history')) - before
          const isOver = read === last
          last = read
          expect(isOver).toBe(true)
        }, WAIT)
        expect(last).toBeGreaterThan(0)
        expect(last).toBeLessThan(MOVEMENTS / 100)
      })

      test('break off for an account that loses its access meanwhile', async () => {
        const leaving = await addPerson(api, 'leaving@example.org', { role: 'staff' })
        const response = await open(leaving)
        let bytes = 0
        await change('PATCH', `/users/${leaving.id}`, admin, { is_active: false })
        const ended = new Promise<string>((resolve) => {
          response
            .on('data', (chunk: Buffer) => (bytes += chunk.length))
            .on('end', () => resolve('complete'))
            .on('error', () => resolve('broken off'))
        })
        expect(await ended).toBe('broken off')
        expect(bytes).toBeLessThan(MOVEMENTS * note.length)
        expect((await open(leaving)).statusCode).toBe(403)
      })

      test('are complete for others', async () => {
        const response = await open(staff)
        let lines = 0
        for await (const chunk of response) lines += String(chunk).split('\r\n').length - 1
        expect(lines).toBe(MOVEMENTS + 1)
      })
    })
  })
}
