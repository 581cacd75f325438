import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink, type TRPCLink } from '@trpc/client'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PrebookRouter } from './router.ts'

let api: ApiProcess
beforeAll(async () => {
  api = await spawnApi()
})
afterAll(() => api[Symbol.asyncDispose]())

/** The envelope of superjson and similar transformers. */
const encode = {
  serialize: (data: unknown) => ({
    json: data ?? null,
    ...(data === undefined && { meta: { values: ['undefined'] } }),
  }),
  deserialize: (data: { json: unknown }) => data.json,
}
const transformer = { input: encode, output: encode }

/** The messages with which calls are refused through a link. */
async function messagesOf(link: (url: string) => TRPCLink<PrebookRouter>, calls = 1): Promise<unknown[]> {
  const client = createTRPCClient<PrebookRouter>({ links: [link(`${api.url}/trpc`)] })
  const outcomes = Array.from({ length: calls }, (_, call) =>
    call % 2 === 0 ? client.books.list.query({}) : client.auth.me.query(),
  )
  return Promise.all(
    outcomes.map(async (outcome: Promise<unknown>) =>
      outcome.then(
        () => 'answered',
        (error: unknown) => (error as Error).message,
      ),
    ),
  )
}

describe("a team's own links", () => {
  test('work without options', async () => {
    expect(await messagesOf((url) => httpBatchLink({ url }), 10)).toEqual(Array(10).fill('answered'))
    expect(await messagesOf((url) => httpLink({ url }), 2)).toEqual(['answered', 'answered'])
  })

  test.each(['trpc-accept', 'accept'] as const)(
    'learn that responses are not streamed, which they request with %s',
    async (streamHeader) => {
      const message = 'Responses are not streamed. Use httpBatchLink in place of httpBatchStreamLink.'
      const messages = await messagesOf((url) => httpBatchStreamLink({ url, streamHeader }), 2)
      expect(messages).toEqual([message, message])
    },
  )

  test('learn that a transformer must be removed', async () => {
    const message = expect.stringContaining('Remove the transformer from the links of your client.')
    // The type says the same: a router without a transformer forbids the option.
    const options = (url: string): never => ({ url, transformer }) as never
    for (const link of [httpBatchLink, httpLink])
      expect(await messagesOf((url) => link<PrebookRouter>(options(url)), 2)).toEqual([message, message])
  })

  test('learn the largest size of a batch', async () => {
    const message =
      'A request can contain at most 10 calls. Set maxItems: 10 in the batch link of your client.'
    expect(await messagesOf((url) => httpBatchLink({ url }), 11)).toEqual(Array(11).fill(message))
  })
})
