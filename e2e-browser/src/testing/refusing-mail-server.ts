import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A mail server on the loopback interface that refuses mail for some addresses. */
export type RefusingMailServer = AsyncDisposable & {
  /** Value for `SMTP_URL`. */
  url: string
}

/**
 * Starts the server. It supports the part of SMTP (RFC 5321) that a sender needs.
 *
 * @param refusals the reply to `RCPT TO` for each refused address; all others are accepted
 */
export async function startRefusingMailServer(
  refusals: Readonly<Record<string, string>>,
): Promise<RefusingMailServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()))
    const reply = (line: string) => socket.write(`${line}\r\n`)
    let unread = ''
    let inMessage = false
    reply('220 mail.example')
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (unread + chunk).split('\r\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        if (inMessage) {
          inMessage = line !== '.'
          if (!inMessage) reply('250 Accepted')
        } else if (/^DATA$/i.test(line)) {
          inMessage = true
          reply('354 Send data')
        } else {
          const [, address = ''] = /^RCPT TO:<(.+)>/i.exec(line) ?? []
          reply(refusals[address] ?? '250 OK')
        }
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
