import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A received mail. */
export type ArrivedMail = { recipients: string[]; mail: Email }

/** A mail server that accepts every mail, on a free port of the loopback interface. */
export type MailSink = AsyncDisposable & {
  url: string
  arrived: ArrivedMail[]
  /** Awaited before the server acknowledges a message, so that tests can delay it. */
  beforeAnswer: () => Promise<void>
}

export async function startMailSink(): Promise<MailSink> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void receive(
          Buffer.concat(chunks),
          session.envelope.rcptTo.map(({ address }) => address),
          done,
        )
      })
    },
  })
  const sink: MailSink = {
    url: '',
    arrived: [],
    beforeAnswer: async () => {},
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
  async function receive(raw: Buffer, recipients: string[], done: () => void): Promise<void> {
    sink.arrived.push({ recipients, mail: await PostalMime.parse(raw) })
    await sink.beforeAnswer()
    done()
  }
  // The sender may be killed in the middle of a message.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  const listening = server.server
  await once(listening, 'listening')
  sink.url = `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`
  return sink
}
