import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server that keeps what it gets. */
export type Mailbox = AsyncDisposable & {
  url: string
  /** Refuses all mail to an address, for good. */
  refuse(email: string): void
  /** The tokens of the links in mails to an address, oldest first. */
  tokensTo(email: string): string[]
}

/** Starts a mail server on a free port of the loopback interface. */
export async function startMailbox(): Promise<Mailbox> {
  const arrived: { to: string; text: string }[] = []
  const refused = new Set<string>()
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, done) {
      const error = Object.assign(new Error('No such mailbox.'), { responseCode: 550 })
      done(refused.has(address) ? error : null)
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
      stream.on('end', () => {
        // Quoted-printable.
        const text = Buffer.concat(chunks)
          .toString()
          .replaceAll(/=\r?\n/g, '')
          .replaceAll('=3D', '=')
        for (const { address } of envelope.rcptTo) arrived.push({ to: address, text })
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    refuse: (email) => void refused.add(email),
    tokensTo: (email) =>
      arrived
        .filter(({ to }) => to === email)
        .flatMap(
          ({ text }) => /\/mail\/(?:verify|reset|invite|confirm)\?token=([\w.-]+)/.exec(text)?.[1] ?? [],
        ),
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      await closed.promise
    },
  }
}
