import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { afterAll, beforeAll, expect, test } from 'vitest'

const METRICS_TOKEN = 'a-token-for-metrics'
let api: ApiProcess
beforeAll(async () => {
  api = await spawnApi({ env: { METRICS_TOKEN } })
})
afterAll(() => api[Symbol.asyncDispose]())

async function call(path: string, body?: object, token?: string): Promise<unknown> {
  const response = await fetch(api.url + path, {
    method: body === undefined ? 'GET' : path.endsWith('/stock') ? 'PATCH' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return response.json()
}

async function readMetrics(): Promise<string> {
  const response = await fetch(`${api.url}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  })
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  return response.text()
}

test('counts calls by procedure and outcome, requests by route, and broadcasts once', async () => {
  await api.createAdmin('admin@example.org', 'a password for tests')
  const account = { email: 'admin@example.org', password: 'a password for tests' }
  const { access_token: token } = (await call('/auth/login', account)) as { access_token: string }
  const book = { title: 'Dune', author: 'F. H.', price: 9.99 }
  const { id } = (await call('/books', book, token)) as { id: number }
  await call('/prebooks', { book_id: id }, token)
  await call('/prebooks', { book_id: id }, token)
  const stock = { bookId: id, quantity: 3, idempotencyKey: 'once' }
  await call('/trpc/stock.set', stock, token)
  await call('/trpc/stock.set', stock, token)
  for (const path of ['/nothing/here', '/books/12345', '/%00', '/trpc/no.such']) await fetch(api.url + path)

  const text = await readMetrics()
  for (const line of [
    'prebook_calls_total{procedure="prebooks.create",outcome="ok"} 1',
    'prebook_calls_total{procedure="prebooks.create",outcome="PREBOOK_DUPLICATE"} 1',
    'prebook_calls_total{procedure="stock.set",outcome="ok"} 2',
    'prebook_call_duration_seconds_count{procedure="books.create"} 1',
    'prebook_http_request_duration_seconds_count{method="POST",route="/prebooks",status="201"} 1',
    'prebook_http_request_duration_seconds_count{method="GET",route="/books/:id",status="404"} 1',
    'prebook_broadcasts_total 1',
    'prebook_notified_total 1',
    'prebook_streams_open{subject="prebooks"} 0',
  ])
    expect(text.split('\n')).toContain(line)
  expect(text).toMatch(/^prebook_store_duration_seconds_count\{kind="book exclusive"\} [12]$/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d/m)
  // No input of callers and no personal data.
  expect(text).not.toMatch(/nothing|12345|no\.such|example\.org|Dune/)
})

test('requires the token, and does not exist when none is configured', async () => {
  for (const authorization of ['', 'Bearer x', `Bearer ${METRICS_TOKEN}x`, `Basic ${METRICS_TOKEN}`]) {
    const response = await fetch(`${api.url}/metrics`, { headers: { authorization } })
    expect([response.status, await response.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'AUTH_REQUIRED' }),
    ])
  }
  await using plain = await spawnApi()
  const answers = await Promise.all(
    ['', `Bearer ${METRICS_TOKEN}`].map((authorization) =>
      fetch(`${plain.url}/metrics`, { headers: { authorization, accept: 'application/json' } }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([404, 404])
})
