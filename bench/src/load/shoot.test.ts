import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { httpRequest, trpcQuery } from './http-request.ts'
import { shoot } from './shoot.ts'
import { steadily } from './steadily.ts'

type Seen = { line: string; body: string; token: string | undefined }

/** A server that records requests and connections. */
async function listener(status: number) {
  const seen: Seen[] = []
  const connections = new Set<object>()
  const server = createServer((request, response) => {
    connections.add(request.socket)
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push({ line: `${request.method} ${request.url}`, body, token: request.headers.authorization })
      response.writeHead(status).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

test('sends every request once, unchanged, over the given number of connections', async () => {
  await using server = await listener(201)
  const shots = Array.from({ length: 20 }, (_, index) =>
    httpRequest('POST', '/prebooks', { body: { book_id: index, title: 'é' }, token: 'secret' }),
  )
  const load = await shoot(server.url, { shots, clients: 4, expect: [201] })
  expect(server.connections.size).toBe(4)
  expect(
    server.seen
      .map(({ body }) => JSON.parse(body) as { book_id: number })
      .map(({ book_id: id }) => id)
      .toSorted((a, b) => a - b),
  ).toEqual(shots.map((_, index) => index))
  expect(server.seen[0]).toMatchObject({ line: 'POST /prebooks', token: 'Bearer secret' })
  expect(load.perSecond).toBeGreaterThan(0)
  expect(load.p99Ms).toBeGreaterThanOrEqual(load.p50Ms)
})

test('fails at an unexpected answer and names the request', async () => {
  await using server = await listener(500)
  const shots = [trpcQuery('books.get', { bookId: 1 })]
  await expect(shoot(server.url, { shots, clients: 1, expect: [200] })).rejects.toThrow(
    /books\.get.* was answered with 500/,
  )
})

test('a steady load sends the requested number of requests', async () => {
  await using server = await listener(200)
  const shot = (index: number) => httpRequest('GET', `/${index}`)
  const load = await steadily(server.url, { shot, perSecond: 100, seconds: 0.5, expect: [200] })
  expect(server.seen).toHaveLength(50)
  expect(load['longest ms']).toBeGreaterThanOrEqual(load['p50 ms'])
})
