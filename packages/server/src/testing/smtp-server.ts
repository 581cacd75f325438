import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { certificate, certificateKey } from './smtp-certificates.ts'

/** A mail that the test server received, accepted or not, and whether the connection was encrypted. */
export type ArrivedMail = { from: string; to: string[]; raw: string; messageId: string; secure: boolean }

/** How the test server treats a message. */
export type SmtpBehaviour =
  /** Accepts it. */
  | 'accept'
  /** Reads it to the end and closes the connection without a reply, so the sender cannot know that it arrived. */
  | 'drop-after-data'
  /** Replies to the given command with this line. */
  | { at: 'mail' | 'rcpt' | 'data'; code: number; text: string }

/** An SMTP server on its own port. */
export type TestSmtp = AsyncDisposable & {
  url: string
  port: number
  /** Every mail read to its end, in order, accepted or not. */
  arrived: ArrivedMail[]
  /** How to treat a message, by recipient; replaceable at any time. */
  behaviour: (to: string) => SmtpBehaviour
  /** Awaited after a message is read and before the reply. Use it to delay messages. */
  beforeReply: (mail: ArrivedMail) => Promise<void>
  /** The number of connections so far, and the most concurrent messages. */
  connections: number
  peakConcurrency: number
  /** Closes all connections and stops listening. */
  stop: () => Promise<void>
  /** Listens again on the same port. */
  restart: () => Promise<void>
}

/**
 * @param options.login the only accepted user and password; without it, any are accepted
 * @param options.tls `starttls` offers it, `smtps` begins with it; either shows the certificate of the tests
 */
export async function startTestSmtp(
  options: {
    login?: { user: string; password: string }
    port?: number
    host?: string
    tls?: 'starttls' | 'smtps'
  } = {},
): Promise<TestSmtp> {
  const host = options.host ?? '127.0.0.1'
  let inFlight = 0
  const sockets = new Map<number, Socket>()
  const smtp: TestSmtp = {
    url: '',
    port: options.port ?? 0,
    arrived: [],
    behaviour: () => 'accept',
    beforeReply: async () => {},
    connections: 0,
    peakConcurrency: 0,
    async stop() {
      const closed = once(server.server, 'close')
      server.close()
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
    async restart() {
      server = createServer()
      await listen(server, smtp.port, host)
    },
    async [Symbol.asyncDispose]() {
      if (server.server.listening) await smtp.stop()
    },
  }
  let server = createServer()
  await listen(server, smtp.port, host)
  smtp.port = (server.server.address() as AddressInfo).port
  smtp.url = `${options.tls === 'smtps' ? 'smtps' : 'smtp'}://${host}:${smtp.port}`
  return smtp

  function createServer(): SMTPServer & { server: Server } {
    const created = new SMTPServer({
      authOptional: options.login === undefined,
      disabledCommands: options.tls === 'starttls' ? [] : ['STARTTLS'],
      secure: options.tls === 'smtps',
      key: certificateKey,
      cert: certificate,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 100,
      onAuth(auth, _session, done) {
        if (auth.username === options.login?.user && auth.password === options.login?.password)
          done(null, { user: auth.username })
        else done(refusal(535, '5.7.8 Wrong user or password'))
      },
      onMailFrom: (address, _session, done) => done(refusalAt('mail', address.address)),
      onRcptTo: (address, _session, done) => done(refusalAt('rcpt', address.address)),
      onData(stream, session, done) {
        inFlight += 1
        smtp.peakConcurrency = Math.max(smtp.peakConcurrency, inFlight)
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          void reply(Buffer.concat(chunks).toString('utf8'))
        })
        async function reply(raw: string) {
          const to = session.envelope.rcptTo.map(({ address }) => address)
          const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
          const messageId = /^Message-ID: *(<[^>]+>)/im.exec(raw)?.[1] ?? ''
          const mail = { from, to, raw, messageId, secure: session.secure }
          smtp.arrived.push(mail)
          await smtp.beforeReply(mail)
          inFlight -= 1
          const behaviour = smtp.behaviour(to[0] ?? '')
          if (behaviour === 'drop-after-data') sockets.get(session.remotePort)?.destroy()
          else done(refusalAt('data', to[0] ?? ''))
        }
      },
    })
    // Tests break connections in many ways; only the sender is under test.
    created.on('error', () => {})
    created.server.on('connection', (socket: Socket) => {
      smtp.connections += 1
      const port = socket.remotePort ?? 0
      sockets.set(port, socket)
      socket.on('close', () => sockets.delete(port))
    })
    return created
  }

  function refusalAt(at: 'mail' | 'rcpt' | 'data', address: string): Error | null {
    const behaviour = smtp.behaviour(address)
    return typeof behaviour === 'object' && behaviour.at === at
      ? refusal(behaviour.code, behaviour.text)
      : null
  }
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}

async function listen(server: SMTPServer, port: number, host: string): Promise<void> {
  server.listen(port, host)
  await once((server as SMTPServer & { server: Server }).server, 'listening')
}
