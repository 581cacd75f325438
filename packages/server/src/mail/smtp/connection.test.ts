import { bound, WAIT } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '@prebook/db/testing'
import type { Mail } from '../content/compose-mail.ts'
import { createSmtpConnector } from './connection.ts'
import { openMailShop, settings } from '../../testing/mail-shop.ts'

const mail: Mail = {
  envelope: { from: 'shop@books.example', to: 'reader@example.org' },
  raw: Buffer.from('Subject: Dune\r\n\r\nIt is back.\r\n'),
}

/**
 * The server's reply to each command, or `hang up`, or `say nothing`. `greet` is the greeting of a new connection.
 */
type Replies = Partial<Record<'greet' | 'EHLO' | 'AUTH' | 'MAIL' | 'RSET', string>>

/** A minimal SMTP server that misbehaves as a test requires. */
async function startRudeServer(replies: Replies) {
  const sockets = new Set<Socket>()
  const received: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const respond = (command: string) => {
      received.push(command)
      const reply = replies[command as keyof Replies] ?? '250 Yes'
      if (reply === 'hang up') socket.destroy()
      else if (reply !== 'say nothing') socket.write(`${reply}\r\n`)
    }
    createInterface(socket).on('line', (text) => respond(text.slice(0, 4).toUpperCase()))
    respond('greet')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    /** The commands received, in order. */
    received,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

const never = new AbortController().signal

test('rejects a connection when the server hangs up during login', async () => {
  await using server = await startRudeServer({ greet: '220 Hello', EHLO: '250 AUTH PLAIN', AUTH: 'hang up' })
  await expect(
    createSmtpConnector({ url: `smtp://me:secret@${server.host}` }).connect(never),
  ).rejects.toThrow(/closed unexpectedly/)
})

test('reports a rejected message as rejected when the server hangs up afterwards', async () => {
  await using server = await startRudeServer({ greet: '220 Hello', MAIL: '550 No', RSET: 'hang up' })
  const connection = await createSmtpConnector({ url: `smtp://${server.host}` }).connect(never)
  await expect(connection.send(mail, async () => true)).rejects.toMatchObject({ responseCode: 550 })
  expect(connection.usable()).toBe(false)
})

test.each([
  { waitsAt: 'MAIL', replies: { MAIL: 'say nothing' }, ends: /closed before the server replied/ },
  { waitsAt: 'RSET', replies: { MAIL: '550 No', RSET: 'say nothing' }, ends: /550 No/ },
])('destroying the connection ends a message that waits at $waitsAt', async ({ waitsAt, replies, ends }) => {
  await using server = await startRudeServer({ greet: '220 Hello', ...replies })
  const connection = await createSmtpConnector({ url: `smtp://${server.host}` }).connect(never)
  const destroy = async () => {
    await vi.waitFor(() => expect(server.received).toContain(waitsAt), WAIT)
    connection.destroy()
  }
  await Promise.all([expect(connection.send(mail, async () => true)).rejects.toThrow(ends), destroy()])
})

test.each([
  { waitsAt: 'greet', replies: { greet: 'say nothing' } },
  { waitsAt: 'EHLO', replies: { greet: '220 Hello', EHLO: 'say nothing' } },
])('connecting to a silent server can be aborted at $waitsAt', async ({ waitsAt, replies }) => {
  await using server = await startRudeServer(replies)
  const stopping = new AbortController()
  const abort = async () => {
    await vi.waitFor(() => expect(server.received).toContain(waitsAt), WAIT)
    stopping.abort()
  }
  const opening = createSmtpConnector({ url: `smtp://${server.host}` }).connect(stopping.signal)
  await Promise.all([expect(opening).rejects.toThrow(/closed before the server replied/), abort()])
})

describe.each(engines)('mail on $name', (engine) => {
  test('stops promptly while it waits for a silent server', async () => {
    await using server = await startRudeServer({ greet: 'say nothing' })
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    const mailing = shop.start(settings(`smtp://${server.host}`))
    await vi.waitFor(() => expect(server.received).toContain('greet'), WAIT)
    const started = performance.now()
    await mailing.stop(60_000)
    // The timeout for the greeting is ten seconds.
    expect(performance.now() - started).toBeLessThan(bound(9_000))
    expect(await shop.deliveries()).toMatchObject([{ state: 'pending', attempts: 0 }])
  })
})
