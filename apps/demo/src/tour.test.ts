import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { spawnApi } from '@prebook/testing/api'
import { expect, it } from 'vitest'
import { Checks, UnexpectedAnswer } from './checks.ts'
import { fillCatalogue } from './fill-catalogue.ts'
import { adminAccount, registerReaders, signIn } from './people.ts'
import { Screen } from './screen.ts'
import { demoEnvironment } from './start-on-usual-port.ts'
import { runTour, tourBooks } from './tour.ts'

/** Alters an answer of the API: the whole body, or each event of a stream. */
type Alter = (path: string, body: string) => string

/** Timeouts in milliseconds: long for events that arrive, short for those that never do. */
const TIMEOUT_MS = { arrives: 20_000, never: 2_000 }

it('completes with a correct API', async () => {
  const tour = await tourOf((_path, body) => body)
  expect(tour).toEqual({ acts: 10, error: null })
})

it.each([
  { lie: 'the reason of a refusal', from: '"PREBOOK_DUPLICATE"', to: '"PREBOOK_BOOK_IN_STOCK"', acts: 2 },
  { lie: 'the position in the queue', from: '"queuePosition":3', to: '"queuePosition":2', acts: 3 },
  { lie: 'the preview of a restock', from: '"wouldNotify":3', to: '"wouldNotify":4', acts: 4 },
  { lie: 'the number of notified readers', from: '"notified":3', to: '"notified":2', acts: 5 },
  {
    lie: 'the time on an open page',
    at: '/trpc/prebooks.watch',
    from: /"notifiedAt":"[^"]+"/g,
    to: '"notifiedAt":"2026-01-01T00:00:00.000Z"',
    acts: 5,
  },
  {
    lie: 'a status after the restock',
    at: '/trpc/prebooks.list',
    from: '"status":"notified"',
    to: '"status":"waiting"',
    acts: 6,
  },
  {
    lie: 'the recipient of an e-mail',
    at: '/trpc/deliveries.list',
    from: 'dan@readers.example',
    to: 'ben@readers.example',
    acts: 7,
  },
  {
    lie: 'the pre-booking of an e-mail',
    at: '/trpc/deliveries.list',
    // Ben's is the second.
    from: '"prebookId":3',
    to: '"prebookId":2',
    acts: 7,
  },
  { lie: 'the subject of an e-mail', at: '/dev/mail/', from: 'is back in stock', to: 'sold out', acts: 7 },
  {
    lie: 'the transition for selling out',
    from: '"transition":"sold-out"',
    to: '"transition":"changed"',
    acts: 9,
  },
  {
    lie: 'the place of a guest',
    at: '/trpc/prebooks.confirm',
    from: '"queuePosition":3',
    to: '"queuePosition":2',
    acts: 10,
  },
])('stops when the API is wrong about $lie', async ({ at = '/', from, to, acts }) => {
  const tour = await tourOf((path, body) => (path.startsWith(at) ? body.replaceAll(from, to) : body))
  expect(tour).toEqual({ acts, error: expect.any(UnexpectedAnswer) as unknown })
})

it.each([
  {
    what: 'the update of an open page',
    at: '/trpc/prebooks.watch',
    from: /^[^]*"notified"[^]*$/,
    to: '',
    acts: 5,
  },
  {
    what: 'the e-mail',
    at: '/trpc/deliveries.list',
    from: /"items":\[[^]*\],"next/,
    to: '"items":[],"next',
    acts: 7,
  },
  { what: 'the e-mail to the guest', at: '/dev/mail', from: /confirm\?token/g, to: 'none?token', acts: 10 },
])('stops when $what does not arrive', async ({ at, from, to, acts }) => {
  const alter: Alter = (path, body) => (path.startsWith(at) ? body.replace(from, to) : body)
  const tour = await tourOf(alter, TIMEOUT_MS.never)
  expect(tour).toEqual({ acts, error: expect.any(UnexpectedAnswer) as unknown })
  expect(String(tour.error)).toContain('Timed out')
})

/** Runs the tour through a proxy that may alter the API's answers. Resolves to the number of acts and the error, if any. */
async function tourOf(
  alter: Alter,
  timeoutMs = TIMEOUT_MS.arrives,
): Promise<{ acts: number; error: unknown }> {
  await using api = await spawnApi({ env: demoEnvironment })
  await using proxy = await startProxy(api.url, alter)
  const { url } = proxy
  const written: string[] = []
  const screen = new Screen({ write: (text) => written.push(text) }, {})
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const setup = await signIn(api.url, adminAccount)
  const books = tourBooks(await fillCatalogue(setup.client), () => 0)
  const readers = await registerReaders(url)
  const admin = await signIn(url, adminAccount)
  const stage = { url, screen, checks: new Checks(), timeoutMs, admin, readers, books }
  const error: unknown = await runTour(stage).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { acts: written.filter((text) => /^\d+ {2}\S/.test(text)).length, error }
}

async function startProxy(target: string, alter: Alter): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const forward = async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
      const { method = 'GET', headers, url = '/' } = request
      const { authorization } = headers
      const disconnected = new AbortController()
      response.on('close', () => disconnected.abort())
      const answer = await fetch(new URL(url, target), {
        method,
        headers: {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: method === 'GET' ? null : Buffer.concat(chunks),
        signal: disconnected.signal,
      })
      const type = answer.headers.get('content-type') ?? 'application/json'
      response.writeHead(answer.status, { 'content-type': type })
      const altered = (body: string) => alter(url, body)
      if (type.startsWith('text/event-stream')) await forwardEvents(answer, response, altered)
      else response.end(altered(await answer.text()))
    }
    forward().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Forwards each event when it is complete; an empty line ends it. */
async function forwardEvents(
  answer: Response,
  response: ServerResponse,
  altered: (event: string) => string,
): Promise<void> {
  let rest = ''
  for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const events = (rest + text).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) response.write(`${altered(event)}\n\n`)
  }
  response.end()
}
