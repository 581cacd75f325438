import { expect, test } from 'vitest'
import { createClient, explainError } from './index.ts'
import { answerWith, serve, serveInSequence } from './testing/servers.ts'
import { caught } from './testing/caught.ts'

test('what is changed after a call is not sent, also when the call is repeated', async () => {
  const bodies: string[] = []
  const read = (request: AsyncIterable<Uint8Array>) =>
    void (async () => {
      let body = ''
      for await (const chunk of request) body += new TextDecoder().decode(chunk)
      bodies.push(body)
    })()
  await using server = await serveInSequence(
    (request, response) => {
      read(request)
      response.writeHead(502).end()
    },
    (request, response) => {
      read(request)
      answerWith({})(request, response)
    },
  )
  const lines = [{ bookId: 1, delta: 1 }]
  const call = createClient({ url: server.url }).stock.batch.mutate({ lines })
  lines[0] = { bookId: 2, delta: 99 }
  await call
  expect(bodies).toHaveLength(2)
  for (const body of bodies) expect(body).toContain('"lines":[{"bookId":1,"delta":1}]')
})

test('an input that JSON cannot contain fails its own call, and not the others of its batch', async () => {
  await using server = await serve(answerWith({}))
  const { prebooks, stock } = createClient({ url: server.url })
  const broken = caught(stock.set.mutate({ bookId: 1, quantity: 2n as never }))
  expect(await prebooks.create.mutate({ bookId: 1 })).toEqual({})
  expect(explainError(await broken)).toMatchObject({
    kind: 'unknown',
    message: expect.stringContaining('BigInt'),
  })
})

test('a mutation with a signal is not sent if it is aborted before, whatever else is sent', async () => {
  await using server = await serve(answerWith({}))
  const { prebooks } = createClient({ url: server.url })
  const aborting = new AbortController()
  const aborted = caught(prebooks.create.mutate({ bookId: 1 }, { signal: aborting.signal }))
  const other = prebooks.create.mutate({ bookId: 2 })
  aborting.abort()
  expect(explainError(await aborted).kind).toBe('aborted')
  await other
  expect(server.requests).toEqual(['POST /trpc/prebooks.create'])
})
