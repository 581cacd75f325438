import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A mail server on the loopback interface that refuses mail for some addresses. */
export type RefusingMailServer = AsyncDisposable & {
  /** Value for `SMTP_URL`. */
  url: string
  /** The reply to `RCPT TO` for each refused address; all others are accepted. Replaceable at any time. */
  refusals: Readonly<Record<string, string>>
  /** The links to `/mail/…` in the accepted messages, in order. */
  links: string[]
}

/** Starts the server. It supports the part of SMTP (RFC 5321) that a sender needs. */
export async function startRefusingMailServer(): Promise<RefusingMailServer> {
  const mailServer: Pick<RefusingMailServer, 'refusals' | 'links'> = { refusals: {}, links: [] }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()))
    const reply = (line: string) => socket.write(`${line}\r\n`)
    let unread = ''
    let inMessage = false
    let message = ''
    reply('220 mail.example')
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (unread + chunk).split('\r\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        if (inMessage) {
          inMessage = line !== '.'
          // Quoted-printable (RFC 2045, 6.7) breaks long lines with =, so the parts are joined again.
          message += line.endsWith('=') ? line.slice(0, -1) : `${line}\n`
          if (inMessage) continue
          const [link] = /https?:\/\/\S+\/mail\/\S+/.exec(message.replaceAll('=3D', '=')) ?? []
          if (link !== undefined) mailServer.links.push(link)
          message = ''
          reply('250 Accepted')
        } else if (/^DATA$/i.test(line)) {
          inMessage = true
          reply('354 Send data')
        } else {
          const [, address = ''] = /^RCPT TO:<(.+)>/i.exec(line) ?? []
          reply(mailServer.refusals[address] ?? '250 OK')
        }
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(mailServer, {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  })
}
