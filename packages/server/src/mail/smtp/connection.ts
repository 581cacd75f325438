import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mail } from '../content/compose-mail.ts'

/** A connection to the mail server, signed in and ready for the next message. */
export type SmtpConnection = {
  /**
   * Offers a message. The first command is on its way when this returns, with nothing awaited before.
   *
   * @throws what nodemailer says, see `readSendFailure`
   */
  send: (mail: Mail) => Promise<void>
  /** Whether it can take another message. */
  usable: () => boolean
  /** Says goodbye. */
  quit: () => void
  /** Hangs up; a message under way fails. */
  destroy: () => void
}

/** Opens lines to the mail server. */
export type SmtpConnector = {
  /** @param signal gives up at once: a server that does not answer would take its time */
  connect: (signal: AbortSignal) => Promise<SmtpConnection>
}

/** How long the server may take, in milliseconds: to be reached and greet, and to answer anything after that. */
const REACH_MS = 10_000
const ANSWER_MS = 120_000

/** How long a goodbye may take, in milliseconds. */
const GOODBYE_MS = 1_000

/** Messages on one line; some servers hang up on whoever sends more. */
const MOST_MESSAGES = 100

/**
 * Lines to the server that an address names: `smtp://host:587`, `smtps://user:password@host`. With a password and a
 * server elsewhere the line is encrypted or not used at all.
 */
export function createSmtpConnector(smtpUrl: string): SmtpConnector {
  const url = new URL(smtpUrl)
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const credentials =
    url.username === ''
      ? null
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  const nearby = /^(?:localhost|127\.[\d.]+|::1)$/.test(host)
  const options = {
    host,
    ...(url.port !== '' && { port: Number(url.port) }),
    secure,
    requireTLS: !secure && credentials !== null && !nearby,
    connectionTimeout: REACH_MS,
    greetingTimeout: REACH_MS,
    dnsTimeout: REACH_MS,
    socketTimeout: ANSWER_MS,
    socketCloseTimeout: GOODBYE_MS,
  }

  return {
    async connect(signal) {
      signal.throwIfAborted()
      const connection = new SMTPConnection(options)
      // Nobody may be listening when it breaks; whoever uses it next finds it unusable.
      connection.on('error', () => {})
      const giveUp = () => connection.close()
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        await answered(connection, (done) => connection.connect(done))
        if (credentials !== null)
          await answered(connection, (done) => connection.login({ credentials }, done))
      } catch (error) {
        connection.close()
        throw error
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
      return line(connection)
    },
  }
}

function line(connection: SMTPConnection): SmtpConnection {
  let messages = 0
  let broken = false
  return {
    async send({ envelope, raw }) {
      messages += 1
      try {
        await answered(connection, (done) =>
          connection.send({ from: envelope.from, to: [envelope.to] }, raw(), done),
        )
      } catch (error) {
        broken = true
        // The server may hold half a transaction: it is asked to forget it before the next message.
        if (!connection.destroyed) {
          await answered(connection, (done) => connection.reset(done)).then(
            () => (broken = false),
            () => connection.close(),
          )
        }
        throw error
      }
    },
    usable: () => !broken && !connection.destroyed && messages < MOST_MESSAGES,
    quit() {
      // Waits a moment for the answer, and no longer: a server that does not answer must not hold up a stop.
      const timer = setTimeout(() => connection.close(), GOODBYE_MS)
      connection.once('end', () => clearTimeout(timer))
      if (connection.destroyed) clearTimeout(timer)
      else connection.quit()
    },
    destroy: () => connection.close(),
  }
}

/**
 * Until the server has answered a step of the conversation. A connection that ends forgets most steps under way without
 * calling back, whoever ended it: so its end is listened to as well.
 */
async function answered(
  connection: SMTPConnection,
  begin: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // In a moment: where the step is called back with what happened, that says more.
  const ended = () => queueMicrotask(() => reject(new Error('The connection ended without an answer.')))
  connection.once('error', reject)
  connection.once('end', ended)
  try {
    begin((error) => {
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
    await promise
  } finally {
    connection.off('error', reject)
    connection.off('end', ended)
  }
}
