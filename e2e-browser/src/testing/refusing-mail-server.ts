import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A mail server on the loopback interface that takes mail for some and refuses it for others. */
export type RefusingMailServer = AsyncDisposable & {
  /** As the API's `SMTP_URL`. */
  url: string
}

/**
 * Starts the server: as much of SMTP (RFC 5321) as a sender needs.
 *
 * @param refusals what it says, code first, to a mail for an address; all others it takes
 */
export async function startRefusingMailServer(
  refusals: Readonly<Record<string, string>>,
): Promise<RefusingMailServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()))
    const say = (line: string) => socket.write(`${line}\r\n`)
    let unread = ''
    let inMessage = false
    say('220 mail.example')
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (unread + chunk).split('\r\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        if (inMessage) {
          inMessage = line !== '.'
          if (!inMessage) say('250 Taken')
        } else if (/^DATA$/i.test(line)) {
          inMessage = true
          say('354 Go on')
        } else {
          const [, address = ''] = /^RCPT TO:<(.+)>/i.exec(line) ?? []
          say(refusals[address] ?? '250 Well')
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
