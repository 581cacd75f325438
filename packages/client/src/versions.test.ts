import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClient } from './index.ts'
import { answerWith, serve } from './testing/servers.ts'
import { OLDEST_SERVER, isOlder } from './versions.ts'

const page = { items: [], nextCursor: null }
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>

/** A server of a version. `sent` has the client's version in each request. */
async function serverOf(serverVersion: string | null) {
  const sent: unknown[] = []
  const server = await serve((request, response) => {
    sent.push(request.headers['prebook-client'])
    if (serverVersion !== null) response.setHeader('Prebook-Version', serverVersion)
    answerWith(page)(request, response)
  })
  return { url: server.url, sent, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('the version of the server', () => {
  afterEach(() => vi.restoreAllMocks())

  test('is reported once if it is older than the client needs', async () => {
    await using server = await serverOf('0.0.9')
    const warnings: string[] = []
    const options = { url: server.url, onWarning: (message: string) => warnings.push(message) }
    const client = createClient(options)
    await Promise.all([client.books.list.query({}), client.prebooks.list.query({})])
    await client.books.list.query({})
    // An application can create a client for each request.
    await createClient(options).books.list.query({})
    expect(warnings).toEqual([
      `${server.url} runs Prebook 0.0.9, and @prebook/client ${version} needs ${OLDEST_SERVER} or newer. Update the server, or use an older client.`,
    ])
  })

  test('is reported on the console by default', async () => {
    await using server = await serverOf('0.0.9')
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    expect(await createClient({ url: server.url }).books.list.query({})).toEqual(page)
    expect(warn).toHaveBeenCalledOnce()
  })

  test.each([OLDEST_SERVER, '0.1.10', '0.2.0', '99.0.0', '', 'unknown', null])(
    '%j is not reported',
    async (serverVersion) => {
      await using server = await serverOf(serverVersion)
      const onWarning = vi.fn<(message: string) => void>()
      await createClient({ url: server.url, onWarning }).books.list.query({})
      expect(onWarning).not.toHaveBeenCalled()
    },
  )

  test('does not hide the answer if the warning throws', async () => {
    await using server = await serverOf('0.0.9')
    const onWarning = () => {
      throw new Error('The logger is broken.')
    }
    expect(await createClient({ url: server.url, onWarning }).books.list.query({})).toEqual(page)
  })

  test.each([
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.1.1', true],
    ['0.9.9', '0.10.0', true],
    ['0.10.0', '0.9.9', false],
    ['1.0.0', '0.9.9', false],
    ['1.9.9', '2.0.0', true],
    ['2.0.0', '1.9.9', false],
    ['0.1.0-rc.1', '0.1.1', true],
  ])('%s is older than %s: %j', (one, other, older) => {
    expect(isOlder(one, other)).toBe(older)
  })
})

describe('the version of the client', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location')
  })

  test('is sent with each request', async () => {
    await using server = await serverOf(null)
    const client = createClient({ url: server.url })
    await client.books.list.query({})
    await client.prebooks.create.mutate({ bookId: 1 })
    expect(server.sent).toEqual([version, version])
  })

  test('is not sent if only that would make a browser ask the server for permission', async () => {
    await using server = await serverOf(null)
    const anonymous = createClient({ url: server.url })
    const signedIn = createClient({ url: server.url, token: 'token' })

    Reflect.set(globalThis, 'location', new URL('https://books.example.org/catalogue'))
    await anonymous.books.list.query({})
    await anonymous.prebooks.create.mutate({ bookId: 1 })
    await signedIn.books.list.query({})
    Reflect.set(globalThis, 'location', new URL('/catalogue', server.url))
    await anonymous.books.list.query({})
    expect(server.sent).toEqual([undefined, version, version, version])
  })
})

test('docs/versions.md names the oldest server that this client needs', async () => {
  const text = await readFile(new URL('../docs/versions.md', import.meta.url), 'utf8')
  const minor = version?.split('.').slice(0, 2).join('.')
  expect(text).toMatch(new RegExp(`^\\| ${minor} +\\| ${OLDEST_SERVER} `, 'm'))
})
