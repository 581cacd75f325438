import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail as it arrived. */
export type ArrivedMail = { recipients: string[]; mail: Email }

/** A mail server that takes everything, on a free port of the loopback interface. */
export type MailSink = AsyncDisposable & {
  url: string
  arrived: ArrivedMail[]
  /** Awaited before a message that was read is answered: to hold it up. */
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
        void take(
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
  async function take(raw: Buffer, recipients: string[], done: () => void): Promise<void> {
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
