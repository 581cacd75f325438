import { spawnNode } from '@prebook/testing/spawn'
import { WAIT } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { createClient } from '@prebook/client'
import { createDesk, entry, type Desk } from '../testing/run-prebook.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** The command while it runs: what it has written so far, and how it ends. */
function start(desk: Desk, args: string[]) {
  const child = spawnNode([entry, ...args], { env: desk.env })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    said,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('prints each change of stock as it happens, and ends well with Ctrl-C', async () => {
  const dune = await shop.createBook({ title: 'Dune' })
  const reader = await shop.createReader()
  await reader.client.prebooks.create.mutate({ bookId: dune.id })
  await using watching = start(shop.adminDesk, ['watch'])
  await vi.waitFor(() => expect(watching.said.stderr).toContain('Watching.'), WAIT)
  await shop.admin.client.stock.set.mutate({ bookId: dune.id, quantity: 5 })
  await shop.admin.client.stock.adjust.mutate({ bookId: dune.id, delta: -2 })
  await vi.waitFor(() => expect(watching.said.stdout.split('\n')).toHaveLength(3), WAIT)
  watching.interrupt()
  expect(await watching.ended).toBe(0)
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
  expect(watching.said.stdout).toMatch(
    new RegExp(`^${time}  #${dune.id} Dune  0 → 5  told 1 reader\n${time}  #${dune.id} Dune  5 → 3\n$`),
  )
  expect(watching.said.stderr).toBe('Watching. Press Ctrl-C to end.\n')
})

test('can be about one book, begin earlier, and print an object a line', async () => {
  const [solaris, other] = [
    await shop.createBook({ title: 'Solaris' }),
    await shop.createBook({ title: 'Other' }),
  ]
  const { movement } = await shop.admin.client.stock.set.mutate({ bookId: solaris.id, quantity: 1 })
  await shop.admin.client.stock.set.mutate({ bookId: other.id, quantity: 9 })
  await shop.admin.client.stock.set.mutate({ bookId: solaris.id, quantity: 2 })
  const args = ['watch', '--book', 'solaris', '--after', String(movement?.id), '--json']
  await using watching = start(shop.adminDesk, args)
  await vi.waitFor(() => expect(watching.said.stdout).toContain('\n'), WAIT)
  watching.interrupt()
  expect(await watching.ended).toBe(0)
  const lines = watching.said.stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ bookId: solaris.id, bookTitle: 'Solaris', delta: 1, quantityAfter: 2 }),
  ])
})

test('says when the connection is lost, and goes on where it was when it is back', async () => {
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
  await using desk = await createDesk({ PREBOOK_URL: api.url, PREBOOK_TOKEN: String(token) })
  await using watching = start(desk, ['watch'])
  await vi.waitFor(() => expect(watching.said.stderr).toContain('Watching.'), WAIT)
  await client.stock.set.mutate({ bookId, quantity: 1 })
  await vi.waitFor(() => expect(watching.said.stdout).toContain('0 → 1'), WAIT)

  // The folder goes with the process that made it: the next one is started beside it, before it is removed.
  expect(await api.stop()).toBe(0)
  await vi.waitFor(() => expect(watching.said.stderr).toContain('Trying again'), WAIT)
  const before = api
  disposables.defer(() => before[Symbol.asyncDispose]())
  api = await spawnApi({ databaseUrl, env })
  await client.stock.set.mutate({ bookId, quantity: 2 })
  await vi.waitFor(() => expect(watching.said.stdout).toContain('1 → 2'), WAIT)
  expect(watching.said.stderr).toContain('Connected again.')
  expect(watching.said.stdout.split('\n')).toHaveLength(3)
})

test('says at once what will not get better: no server, no session, not an admin, no such book', async () => {
  await using nobody = await createDesk({ PREBOOK_URL: 'http://127.0.0.1:1' })
  expect(await nobody.prebook(['watch'])).toMatchObject({ code: 7, stdout: '' })
  await using stranger = await createDesk({ PREBOOK_URL: shop.api.url })
  expect(await stranger.prebook(['watch'])).toMatchObject({ code: 3, stdout: '' })
  const { token } = await shop.createReader()
  await using reader = await createDesk({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: token })
  expect(await reader.prebook(['watch'])).toMatchObject({ code: 4, stdout: '' })
  expect(await shop.adminDesk.prebook(['watch', '--book', '#999999'])).toMatchObject({ code: 5, stdout: '' })
})
