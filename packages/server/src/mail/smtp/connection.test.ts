import { WAIT } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '@prebook/db/testing'
import type { Mail } from '../content/compose-mail.ts'
import { createSmtpConnector } from './connection.ts'
import { openMailShop, settings } from '../../testing/mail-shop.ts'

const mail: Mail = {
  envelope: { from: 'shop@books.example', to: 'reader@example.org' },
  raw: () => Readable.from(['Subject: Dune\r\n\r\nIt is back.\r\n']),
}

/**
 * How a server answers each command; or `hang up`, or `say nothing`. `greet` is for who has said nothing yet.
 */
type Manner = Partial<Record<'greet' | 'EHLO' | 'AUTH' | 'MAIL' | 'RSET', string>>

/** A server that speaks as little of SMTP as a test needs, and breaks off where no well-behaved one would. */
async function startRudeServer(manner: Manner) {
  const sockets = new Set<Socket>()
  const heard: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const answer = (command: string) => {
      heard.push(command)
      const doing = manner[command as keyof Manner] ?? '250 Yes'
      if (doing === 'hang up') socket.destroy()
      else if (doing !== 'say nothing') socket.write(`${doing}\r\n`)
    }
    createInterface(socket).on('line', (text) => answer(text.slice(0, 4).toUpperCase()))
    answer('greet')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    /** The commands that came, in that order. */
    heard,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

const never = new AbortController().signal

test('a server that hangs up in the middle of the login has refused the connection', async () => {
  await using server = await startRudeServer({ greet: '220 Hello', EHLO: '250 AUTH PLAIN', AUTH: 'hang up' })
  await expect(createSmtpConnector(`smtp://me:secret@${server.host}`).connect(never)).rejects.toThrow(
    /closed unexpectedly/,
  )
})

test('a server that hangs up after it has refused a message has refused it', async () => {
  await using server = await startRudeServer({ greet: '220 Hello', MAIL: '550 No', RSET: 'hang up' })
  const line = await createSmtpConnector(`smtp://${server.host}`).connect(never)
  await expect(line.send(mail)).rejects.toMatchObject({ responseCode: 550 })
  expect(line.usable()).toBe(false)
})

test.each([
  { waitsAt: 'MAIL', manner: { MAIL: 'say nothing' }, ends: /ended without an answer/ },
  { waitsAt: 'RSET', manner: { MAIL: '550 No', RSET: 'say nothing' }, ends: /550 No/ },
])('hanging up ends a message that waits at $waitsAt', async ({ waitsAt, manner, ends }) => {
  await using server = await startRudeServer({ greet: '220 Hello', ...manner })
  const line = await createSmtpConnector(`smtp://${server.host}`).connect(never)
  const hangUp = async () => {
    await vi.waitFor(() => expect(server.heard).toContain(waitsAt), WAIT)
    line.destroy()
  }
  await Promise.all([expect(line.send(mail)).rejects.toThrow(ends), hangUp()])
})

test.each([
  { waitsAt: 'greet', manner: { greet: 'say nothing' } },
  { waitsAt: 'EHLO', manner: { greet: '220 Hello', EHLO: 'say nothing' } },
])('whoever waits at $waitsAt for a server that is silent can give up', async ({ waitsAt, manner }) => {
  await using server = await startRudeServer(manner)
  const stopping = new AbortController()
  const giveUp = async () => {
    await vi.waitFor(() => expect(server.heard).toContain(waitsAt), WAIT)
    stopping.abort()
  }
  const opening = createSmtpConnector(`smtp://${server.host}`).connect(stopping.signal)
  await Promise.all([expect(opening).rejects.toThrow(/ended without an answer/), giveUp()])
})

describe.each(engines)('mail on $name', (engine) => {
  test('stops at once while it waits for a server that is silent', async () => {
    await using server = await startRudeServer({ greet: 'say nothing' })
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(1)
    await shop.restock(bookId)
    const mailing = shop.start(settings(`smtp://${server.host}`))
    await vi.waitFor(() => expect(server.heard).toEqual(['greet']), WAIT)
    const started = performance.now()
    await mailing.stop(60_000)
    // The server would be waited for ten seconds.
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(await shop.deliveries()).toMatchObject([{ state: 'pending', attempts: 0 }])
  })
})
