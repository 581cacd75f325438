import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startApi } from '@prebook/api-process'
import { expect, it } from 'vitest'
import { Checks, UnexpectedAnswer } from './checks.ts'
import { fillCatalogue } from './fill-catalogue.ts'
import { adminAccount, openAccounts, signIn } from './people.ts'
import { Screen } from './screen.ts'
import { giveTour, storyBooks } from './tour.ts'

it('tells its story about a sound API', async () => {
  const tour = await tourOf((body) => body)
  expect(tour).toEqual({ acts: 8, error: null })
})

it.each([
  { lie: 'the reason of a refusal', from: '"PREBOOK_DUPLICATE"', to: '"PREBOOK_BOOK_IN_STOCK"', acts: 2 },
  { lie: 'the place in the queue', from: '"queuePosition":3', to: '"queuePosition":2', acts: 3 },
  { lie: 'what a restock would do', from: '"wouldNotify":3', to: '"wouldNotify":4', acts: 4 },
  { lie: 'how many were notified', from: '"notified":3', to: '"notified":2', acts: 5 },
  { lie: 'a status after the restock', from: '"status":"notified"', to: '"status":"waiting"', acts: 6 },
  {
    lie: 'what selling out is called',
    from: '"transition":"sold-out"',
    to: '"transition":"changed"',
    acts: 8,
  },
])('stops when the API is wrong about $lie', async ({ from, to, acts }) => {
  const tour = await tourOf((body) => body.replaceAll(from, to))
  expect(tour.error).toBeInstanceOf(UnexpectedAnswer)
  expect(tour.acts).toBe(acts)
})

/** Gives the tour through a go-between that may alter what the API answers. Says how far it came, and what ended it. */
async function tourOf(alter: (body: string) => string): Promise<{ acts: number; error: unknown }> {
  await using api = await startApi()
  await using goBetween = await startGoBetween(api.url, alter)
  const written: string[] = []
  const screen = new Screen({ write: (text) => written.push(text) }, {})
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const setter = await signIn(api.url, adminAccount)
  const books = storyBooks(await fillCatalogue(setter.client, () => {}))
  const readers = await openAccounts(goBetween.url)
  const admin = await signIn(goBetween.url, adminAccount)
  const error: unknown = await giveTour({ screen, checks: new Checks(), admin, readers, books }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { acts: written.filter((text) => /^\d {2}\S/.test(text)).length, error }
}

async function startGoBetween(
  target: string,
  alter: (body: string) => string,
): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const passOn = async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
      const { method = 'GET', headers, url = '/' } = request
      const { authorization } = headers
      const answer = await fetch(new URL(url, target), {
        method,
        headers: {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: method === 'GET' ? null : Buffer.concat(chunks),
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(alter(await answer.text()))
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
