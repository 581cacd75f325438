import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { spawnApi } from '@prebook/testing/api'
import { expect, it } from 'vitest'
import { Checks, UnexpectedAnswer } from './checks.ts'
import { fillCatalogue } from './fill-catalogue.ts'
import { adminAccount, openReaders, signIn } from './people.ts'
import { Screen } from './screen.ts'
import { demoEnvironment } from './start-on-usual-port.ts'
import { giveTour, storyBooks } from './tour.ts'

/** Changes what the API answers at an address: all of it, or each event of a stream. */
type Alter = (path: string, body: string) => string

/** Long enough on any machine for what comes at all; and for what does not, long enough to be waited for. */
const PATIENCE_MS = { comes: 20_000, never: 2_000 }

it('tells its story about a sound API', async () => {
  const tour = await tourOf((_path, body) => body)
  expect(tour).toEqual({ acts: 9, error: null })
})

it.each([
  { lie: 'the reason of a refusal', from: '"PREBOOK_DUPLICATE"', to: '"PREBOOK_BOOK_IN_STOCK"', acts: 2 },
  { lie: 'the place in the queue', from: '"queuePosition":3', to: '"queuePosition":2', acts: 3 },
  { lie: 'what a restock would do', from: '"wouldNotify":3', to: '"wouldNotify":4', acts: 4 },
  { lie: 'how many were notified', from: '"notified":3', to: '"notified":2', acts: 5 },
  {
    lie: 'the time that an open page shows',
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
    lie: 'whom an e-mail is for',
    at: '/trpc/deliveries.list',
    from: 'dan@readers.example',
    to: 'ben@readers.example',
    acts: 7,
  },
  {
    lie: 'which pre-booking an e-mail is about',
    at: '/trpc/deliveries.list',
    // Ben's is the second.
    from: '"prebookId":3',
    to: '"prebookId":2',
    acts: 7,
  },
  { lie: 'what an e-mail says', at: '/dev/mail/', from: 'is back in stock', to: 'sold out', acts: 7 },
  {
    lie: 'what selling out is called',
    from: '"transition":"sold-out"',
    to: '"transition":"changed"',
    acts: 9,
  },
])('stops when the API is wrong about $lie', async ({ at = '/', from, to, acts }) => {
  const tour = await tourOf((path, body) => (path.startsWith(at) ? body.replaceAll(from, to) : body))
  expect(tour).toEqual({ acts, error: expect.any(UnexpectedAnswer) as unknown })
})

it.each([
  {
    what: 'the flip on an open page',
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
])('stops when $what does not come', async ({ at, from, to, acts }) => {
  const alter: Alter = (path, body) => (path.startsWith(at) ? body.replace(from, to) : body)
  const tour = await tourOf(alter, PATIENCE_MS.never)
  expect(tour).toEqual({ acts, error: expect.any(UnexpectedAnswer) as unknown })
  expect(String(tour.error)).toContain('did not come')
})

/** Gives the tour through a go-between that may alter what the API answers. Says how far it came, and what ended it. */
async function tourOf(
  alter: Alter,
  patienceMs = PATIENCE_MS.comes,
): Promise<{ acts: number; error: unknown }> {
  await using api = await spawnApi({ env: demoEnvironment })
  await using goBetween = await startGoBetween(api.url, alter)
  const { url } = goBetween
  const written: string[] = []
  const screen = new Screen({ write: (text) => written.push(text) }, {})
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const setter = await signIn(api.url, adminAccount)
  const books = storyBooks(await fillCatalogue(setter.client), () => 0)
  const readers = await openReaders(url)
  const admin = await signIn(url, adminAccount)
  const stage = { url, screen, checks: new Checks(), patienceMs, admin, readers, books }
  const error: unknown = await giveTour(stage).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { acts: written.filter((text) => /^\d {2}\S/.test(text)).length, error }
}

async function startGoBetween(target: string, alter: Alter): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const passOn = async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
      const { method = 'GET', headers, url = '/' } = request
      const { authorization } = headers
      const leaving = new AbortController()
      response.on('close', () => leaving.abort())
      const answer = await fetch(new URL(url, target), {
        method,
        headers: {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: method === 'GET' ? null : Buffer.concat(chunks),
        signal: leaving.signal,
      })
      const type = answer.headers.get('content-type') ?? 'application/json'
      response.writeHead(answer.status, { 'content-type': type })
      const altered = (body: string) => alter(url, body)
      if (type.startsWith('text/event-stream')) await passEventsOn(answer, response, altered)
      else response.end(altered(await answer.text()))
    }
    passOn().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
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

/** Passes each event on as it comes; an empty line ends it. */
async function passEventsOn(
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
