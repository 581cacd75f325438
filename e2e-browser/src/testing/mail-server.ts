import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect } from 'vitest'

/** A mail server on the loopback interface. */
export type MailServer = AsyncDisposable & {
  /** The configuration of a shop that sends its mail here. */
  env: Record<string, string>
  /** The address of each mail so far. */
  recipients(): string[]
  /** The path of the newest link for a purpose in the mails to an address, once there is one other than `not`. */
  link(
    to: string,
    purpose: 'verify' | 'reset' | 'invite' | 'confirm' | 'manage',
    not?: string,
  ): Promise<string>
}

/**
 * Starts the server. It supports the part of SMTP (RFC 5321) that a sender needs.
 *
 * @param refusals the reply to `RCPT TO` for each refused address; all others are accepted. It may change meanwhile
 */
export async function startMailServer(refusals: Readonly<Record<string, string>> = {}): Promise<MailServer> {
  const sockets = new Set<Socket>()
  const mails: { to: string; text: string }[] = []
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()))
    const reply = (line: string) => socket.write(`${line}\r\n`)
    let unread = ''
    let to = ''
    let message: string[] | null = null
    reply('220 mail.example')
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (unread + chunk).split('\r\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        if (message !== null) {
          if (line !== '.') message.push(line)
          else {
            mails.push({ to, text: decoded(message.join('\r\n')) })
            message = null
            reply('250 Accepted')
          }
        } else if (/^DATA$/i.test(line)) {
          message = []
          reply('354 Send data')
        } else {
          const [, address] = /^RCPT TO:<(.+?)>/i.exec(line) ?? []
          to = address ?? to
          reply((address === undefined ? undefined : refusals[address]) ?? '250 OK')
        }
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    env: {
      SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      MAIL_FROM: 'The Bookshop <shop@bookstore.example>',
      SECRET: 'a secret that is long enough for this',
      PUBLIC_URL: 'http://127.0.0.1',
    },
    recipients: () => mails.map(({ to }) => to),
    async link(to, purpose, not = '') {
      const path = new RegExp(`/mail/${purpose}\\?token=[\\w.-]+`)
      const newest = () =>
        mails
          .filter((mail) => mail.to === to)
          .map(({ text }) => path.exec(text)?.[0])
          .findLast((link) => link !== undefined) ?? not
      await expect.poll(newest).not.toBe(not)
      return newest()
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Undoes what RFC 2045 (6.7 and 6.8) does to parts of a message, as far as links need it. */
function decoded(text: string): string {
  return text
    .replaceAll(/(?<=-Encoding: base64\r\n\r\n)[\w+/=\r\n]+/g, (part) =>
      Buffer.from(part, 'base64').toString(),
    )
    .replaceAll('=\r\n', '')
    .replaceAll('=3D', '=')
}
