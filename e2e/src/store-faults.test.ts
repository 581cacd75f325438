import { rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { request } from './testing/http-request.ts'
import { until } from './testing/processes.ts'
import { openDatabase, startShop } from './testing/shop.ts'

test('an unexpected error reveals only a request id, and is logged in full', async () => {
  await using shop = await startShop({ NODE_ENV: 'development' })
  const { token } = await shop.signUp()
  using database = openDatabase(shop)
  database.exec('alter table prebooks rename to prebooks_taken_away')

  const rest = await request(shop.url, 'GET', '/prebooks', { token })
  const trpc = await request(shop.url, 'GET', '/trpc/prebooks.list?input=%7B%7D', { token })

  const sentence = 'Something went wrong on our side.'
  expect([rest.status, trpc.status]).toEqual([500, 500])
  expect(rest.body).toStrictEqual({
    type: '/docs/errors#INTERNAL_ERROR',
    title: sentence,
    status: 500,
    detail: sentence,
    code: 'INTERNAL_ERROR',
    request_id: rest.headers.get('x-request-id'),
  })
  expect(trpc.body).toStrictEqual({
    error: {
      message: sentence,
      code: expect.any(Number),
      data: {
        code: 'INTERNAL_SERVER_ERROR',
        httpStatus: 500,
        reason: 'INTERNAL_ERROR',
        field: null,
        issues: null,
        retryAfterSeconds: null,
        requestId: trpc.headers.get('x-request-id'),
      },
    },
  })
  for (const { headers } of [rest, trpc]) {
    const requestId = String(headers.get('x-request-id'))
    await until('the error is logged', () =>
      shop.api
        .output()
        .split('\n')
        .some(
          (line) => line.includes(requestId) && line.includes('no such table') && line.includes('"level":50'),
        ),
    )
  }
  expect((await request(shop.url, 'GET', '/books')).status).toBe(200)
})

test('while another program locks the database, reads succeed; writes wait, then return STORE_BUSY', async () => {
  await using shop = await startShop()
  const reader = await shop.signUp()
  const { id } = await shop.addBook(0)
  using database = openDatabase(shop)
  database.exec('begin immediate')

  const writes = Promise.all([
    request(shop.url, 'POST', '/prebooks', { token: reader.token, body: { book_id: id } }),
    request(shop.url, 'POST', '/trpc/prebooks.create', { token: reader.token, body: { bookId: id } }),
  ])
  expect((await request(shop.url, 'GET', '/prebooks', { token: reader.token })).body).toMatchObject({
    items: [],
  })
  const [rest, trpc] = await writes
  database.exec('rollback')

  expect([rest.status, rest.headers.get('retry-after')]).toEqual([503, '1'])
  expect(rest.body).toMatchObject({
    detail: 'The service is busy. Try again in a moment.',
    code: 'STORE_BUSY',
  })
  expect([trpc.status, trpc.headers.get('retry-after')]).toEqual([503, '1'])
  expect(trpc.body).toMatchObject({ error: { data: { reason: 'STORE_BUSY', retryAfterSeconds: 1 } } })
  expect(await reader.client.prebooks.list.query({})).toMatchObject({ items: [] })
  expect(await reader.client.prebooks.create.mutate({ bookId: id })).toMatchObject({ status: 'waiting' })
})

test('a write succeeds as soon as a short lock is released', async () => {
  await using shop = await startShop()
  const reader = await shop.signUp()
  const { id } = await shop.addBook(0)
  using database = openDatabase(shop)
  database.exec('begin immediate')

  const write = reader.client.prebooks.create.mutate({ bookId: id })
  await request(shop.url, 'GET', '/books')
  database.exec('commit')

  expect(await write).toMatchObject({ bookId: id, status: 'waiting' })
})

test('a deleted database file: not ready, writes get STORE_BUSY, and a new file has what was acknowledged', async () => {
  await using shop = await startShop()
  const reader = await shop.signUp()
  const { id } = await shop.addBook(0)
  await reader.client.prebooks.create.mutate({ bookId: id })
  expect((await request(shop.url, 'GET', '/readyz')).status).toBe(200)

  await rm(shop.api.databaseUrl.slice('file:'.length))

  const unready = await request(shop.url, 'GET', '/readyz')
  expect([unready.status, unready.headers.get('retry-after')]).toEqual([503, '1'])
  const refused = await request(shop.url, 'DELETE', '/prebooks/1', { token: reader.token })
  expect(refused).toMatchObject({ status: 503, body: { code: 'STORE_BUSY' } })
  const saved = () => / is in (\S+\.saved-\S+)\. Stop the service/.exec(shop.api.output())?.[1]
  await until('the log names the new file', () => saved() !== undefined)
  expect(await shop.api.stop()).toBe(0)
  using copy = new DatabaseSync(String(saved()), { readOnly: true })
  expect(copy.prepare('select user_id, cancelled_at from prebooks').all()).toEqual([
    { user_id: reader.id, cancelled_at: null },
  ])
})
