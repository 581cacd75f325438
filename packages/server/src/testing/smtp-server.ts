import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail that a test's server took, or was offered. */
export type ArrivedMail = { from: string; to: string[]; raw: string; messageId: string }

/** What a test's server does with one message. */
export type SmtpManner =
  /** Takes it. */
  | 'accept'
  /** Reads it to the end and hangs up without an answer: it has the mail, and the sender cannot know. */
  | 'drop-after-data'
  /** Answers with this line to the command named. */
  | { at: 'mail' | 'rcpt' | 'data'; code: number; says: string }

/** A real SMTP server on a port of its own. */
export type TestSmtp = AsyncDisposable & {
  url: string
  port: number
  /** Every mail whose end was read, in that order, taken or not. */
  arrived: ArrivedMail[]
  /** How each message is treated, by recipient; replace it at any time. */
  manner: (to: string) => SmtpManner
  /** Awaited with each message that was read, before it is answered: to hold messages up. */
  beforeAnswer: (mail: ArrivedMail) => Promise<void>
  /** How many connections there were, and the most messages that were under way at once. */
  connections: number
  mostAtOnce: number
  /** Ends all connections and takes no more, until {@link TestSmtp.back}, on the same port. */
  away: () => Promise<void>
  back: () => Promise<void>
}

/** @param options.login the only user and password that are let in; without, everybody is */
export async function startTestSmtp(
  options: { login?: { user: string; password: string }; port?: number } = {},
): Promise<TestSmtp> {
  let underWay = 0
  const sockets = new Map<number, Socket>()
  const smtp: TestSmtp = {
    url: '',
    port: options.port ?? 0,
    arrived: [],
    manner: () => 'accept',
    beforeAnswer: async () => {},
    connections: 0,
    mostAtOnce: 0,
    async away() {
      const closed = once(server.server, 'close')
      server.close()
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
    async back() {
      server = createServer()
      await listen(server, smtp.port)
    },
    async [Symbol.asyncDispose]() {
      if (server.server.listening) await smtp.away()
    },
  }
  let server = createServer()
  await listen(server, smtp.port)
  smtp.port = (server.server.address() as AddressInfo).port
  smtp.url = `smtp://127.0.0.1:${smtp.port}`
  return smtp

  function createServer(): SMTPServer & { server: Server } {
    const created = new SMTPServer({
      authOptional: options.login === undefined,
      disabledCommands: ['STARTTLS'],
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
        underWay += 1
        smtp.mostAtOnce = Math.max(smtp.mostAtOnce, underWay)
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          void answer(Buffer.concat(chunks).toString('utf8'))
        })
        async function answer(raw: string) {
          const to = session.envelope.rcptTo.map(({ address }) => address)
          const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
          const messageId = /^Message-ID: *(<[^>]+>)/im.exec(raw)?.[1] ?? ''
          const mail = { from, to, raw, messageId }
          smtp.arrived.push(mail)
          await smtp.beforeAnswer(mail)
          underWay -= 1
          const manner = smtp.manner(to[0] ?? '')
          if (manner === 'drop-after-data') sockets.get(session.remotePort)?.destroy()
          else done(refusalAt('data', to[0] ?? ''))
        }
      },
    })
    // Connections end in every way a network knows; the sender is what is tested.
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
    const manner = smtp.manner(address)
    return typeof manner === 'object' && manner.at === at ? refusal(manner.code, manner.says) : null
  }
}

function refusal(responseCode: number, says: string): Error {
  return Object.assign(new Error(says), { responseCode })
}

async function listen(server: SMTPServer, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once((server as SMTPServer & { server: Server }).server, 'listening')
}
