import { spawnNode } from '@prebook/testing/spawn'
import { WAIT } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { createClient } from '@prebook/client'
import { createTestCli, entry, type TestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Starts the command; `output` is what it has written so far. */
function start(cli: TestCli, args: string[]) {
  const child = spawnNode([entry, ...args], { env: cli.env })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    output,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('prints each stock change as it happens, and exits with 0 on Ctrl-C', async () => {
  const dune = await shop.createBook({ title: 'Dune' })
  const reader = await shop.createReader()
  await reader.client.prebooks.create.mutate({ bookId: dune.id })
  await using watching = start(shop.adminCli, ['watch'])
  await vi.waitFor(() => expect(watching.output.stderr).toContain('Watching for stock changes.'), WAIT)
  await shop.admin.client.stock.set.mutate({ bookId: dune.id, quantity: 5 })
  await shop.admin.client.stock.adjust.mutate({ bookId: dune.id, delta: -2 })
  await vi.waitFor(() => expect(watching.output.stdout.split('\n')).toHaveLength(3), WAIT)
  watching.interrupt()
  expect(await watching.ended).toBe(0)
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
  expect(watching.output.stdout).toMatch(
    new RegExp(`^${time}  #${dune.id} Dune  0 → 5  notified 1 reader\n${time}  #${dune.id} Dune  5 → 3\n$`),
  )
  expect(watching.output.stderr).toBe('Watching for stock changes. Press Ctrl-C to stop.\n')
})

test('filters by book, starts at an earlier movement, and prints one JSON object per line', async () => {
  const [solaris, other] = [
    await shop.createBook({ title: 'Solaris' }),
    await shop.createBook({ title: 'Other' }),
  ]
  const { movement } = await shop.admin.client.stock.set.mutate({ bookId: solaris.id, quantity: 1 })
  await shop.admin.client.stock.set.mutate({ bookId: other.id, quantity: 9 })
  await shop.admin.client.stock.set.mutate({ bookId: solaris.id, quantity: 2 })
  const args = ['watch', '--book', 'solaris', '--after', String(movement?.id), '--json']
  await using watching = start(shop.adminCli, args)
  await vi.waitFor(() => expect(watching.output.stdout).toContain('\n'), WAIT)
  watching.interrupt()
  expect(await watching.ended).toBe(0)
  const lines = watching.output.stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ bookId: solaris.id, bookTitle: 'Solaris', delta: 1, quantityAfter: 2 }),
  ])
})

test('reports a lost connection, reconnects and resumes without a gap', async () => {
  let api = await spawnApi()
  const { databaseUrl } = api
  const env = { PORT: new URL(api.url).port }
  await using disposables = new AsyncDisposableStack()
  disposables.defer(() => api[Symbol.asyncDispose]())
  const account = { email: 'admin@example.org', password: 'a password for admins' }
  await api.createAdmin(account.email, account.password)
  const { token } = await createClient({ url: api.url }).auth.login.mutate(account)
  const client = createClient({ url: api.url, token })
  const { id: bookId } = await client.books.create.mutate({ title: 'Dune', author: 'F. H.', priceCents: 999 })
  await using cli = await createTestCli({ PREBOOK_URL: api.url, PREBOOK_TOKEN: String(token) })
  await using watching = start(cli, ['watch'])
  await vi.waitFor(() => expect(watching.output.stderr).toContain('Watching for stock changes.'), WAIT)
  await client.stock.set.mutate({ bookId, quantity: 1 })
  await vi.waitFor(() => expect(watching.output.stdout).toContain('0 → 1'), WAIT)

  // Disposing the first server deletes its folder, so the second one starts before that.
  expect(await api.stop()).toBe(0)
  await vi.waitFor(() => expect(watching.output.stderr).toContain('Reconnecting'), WAIT)
  const before = api
  disposables.defer(() => before[Symbol.asyncDispose]())
  api = await spawnApi({ databaseUrl, env })
  await client.stock.set.mutate({ bookId, quantity: 2 })
  await vi.waitFor(() => expect(watching.output.stdout).toContain('1 → 2'), WAIT)
  expect(watching.output.stderr).toContain('Reconnected.')
  expect(watching.output.stdout.split('\n')).toHaveLength(3)
})

test('fails immediately without a server, a session, admin rights or the book', async () => {
  await using offline = await createTestCli({ PREBOOK_URL: 'http://127.0.0.1:1' })
  expect(await offline.prebook(['watch'])).toMatchObject({ code: 7, stdout: '' })
  await using signedOut = await createTestCli({ PREBOOK_URL: shop.api.url })
  expect(await signedOut.prebook(['watch'])).toMatchObject({ code: 3, stdout: '' })
  const { token } = await shop.createReader()
  await using reader = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: token })
  expect(await reader.prebook(['watch'])).toMatchObject({ code: 4, stdout: '' })
  expect(await shop.adminCli.prebook(['watch', '--book', '#999999'])).toMatchObject({ code: 5, stdout: '' })
})
