import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { WAIT } from '@prebook/testing/bounds'
import { spawnApi } from '@prebook/testing/api'
import { expect, test, vi } from 'vitest'
import { createClient } from '@prebook/client'
import { clientOf, makeAdmins, makeReaders, proofEnv } from '../proof/people.ts'
import { METRICS_TOKEN, readGauge } from '../testing/gauges.ts'

const LIMIT = 1_024
const STREAMS = 2_000

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'])
    return true
  } catch {
    return false
  }
}

test.runIf(hasPrlimit())(
  '2,000 streams with 1,024 descriptors: what fits is served, the rest is refused, and all recovers',
  async () => {
    await using api = await spawnApi({ env: { ...proofEnv, METRICS_TOKEN } })
    const [adminAccount] = await makeAdmins(api, 1)
    if (adminAccount === undefined) throw new Error('There is no admin.')
    const admin = clientOf(api.url, adminAccount)
    const readers = await makeReaders(api.url, STREAMS / 20)
    const book = await admin.books.create.mutate({ title: 'Dune', author: 'A', priceCents: 1 })
    for (const reader of readers) await clientOf(api.url, reader).prebooks.create.mutate({ bookId: book.id })
    // Node raises the soft limit to the hard one when it starts.
    execFileSync('prlimit', ['--pid', String(api.pid), `--nofile=${LIMIT}:${LIMIT}`])

    const { hostname, port } = new URL(api.url)
    using disposables = new DisposableStack()
    const streams = readers.flatMap((reader) =>
      Array.from({ length: 20 }, () => {
        const stream = { text: '', closed: false, socket: connect(Number(port), hostname) }
        stream.socket.setEncoding('utf8').on('data', (chunk: string) => (stream.text += chunk))
        stream.socket.on('error', () => {}).on('close', () => (stream.closed = true))
        stream.socket.write(
          `GET /trpc/prebooks.watch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${reader.token}\r\n\r\n`,
        )
        disposables.defer(() => stream.socket.destroy())
        return stream
      }),
    )
    const served = () => streams.filter(({ text, closed }) => !closed && text.includes('"waiting"'))
    // Every connection is either served or closed.
    await vi.waitFor(() => {
      const pending = streams.filter(({ text, closed }) => !closed && !text.includes('"waiting"'))
      expect(pending).toHaveLength(0)
    }, WAIT)
    expect(served().length).toBeGreaterThan(LIMIT / 2)
    expect(served().length).toBeLessThan(LIMIT)

    // Streams that are open still live, and what needs no new connection works.
    for (const { socket } of streams.slice(0, 300)) socket.destroy()
    await vi.waitFor(() => admin.stock.set.mutate({ bookId: book.id, quantity: 1 }), WAIT)
    await vi.waitFor(() => {
      const open = streams.slice(300).filter(({ closed }) => !closed)
      expect(open.length).toBeGreaterThan(100)
      expect(open.filter(({ text }) => !text.includes('"notified"'))).toHaveLength(0)
    }, WAIT)

    for (const { socket } of streams) socket.destroy()
    await vi.waitFor(async () => {
      expect(await readGauge(api.url, 'prebook_streams_open{subject="prebooks"}')).toBe(0)
    }, WAIT)
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200)
    expect(await createClient({ url: api.url }).books.list.query({})).toMatchObject({
      items: [{ id: book.id }],
    })
  },
)
