import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mail } from '../content/compose-mail.ts'

/** An authenticated connection to the mail server, ready for the next message. */
export type SmtpConnection = {
  /**
   * Sends a message. The first command is issued synchronously, before this returns.
   *
   * @throws nodemailer's error, see `readSendFailure`
   */
  send: (mail: Mail) => Promise<void>
  /** Whether it can take another message. */
  usable: () => boolean
  /** Closes the connection with `QUIT`. */
  quit: () => void
  /** Closes the connection immediately; a message in flight fails. */
  destroy: () => void
}

/** Opens connections to the mail server. */
export type SmtpConnector = {
  /** @param signal aborts the attempt immediately, without waiting for the server's timeout */
  connect: (signal: AbortSignal) => Promise<SmtpConnection>
}

/** Timeouts in milliseconds: to connect and receive the greeting, and for each reply after that. */
const CONNECT_TIMEOUT_MS = 10_000
const REPLY_TIMEOUT_MS = 120_000

/** Timeout of `QUIT`, in milliseconds. */
const QUIT_TIMEOUT_MS = 1_000

/** Messages per connection. Some servers close the connection after more. */
const MOST_MESSAGES = 100

/**
 * Creates a connector for a server URL: `smtp://host:587`, `smtps://user:password@host`. With a password and a remote
 * server, TLS is required.
 */
export function createSmtpConnector(smtpUrl: string): SmtpConnector {
  const url = new URL(smtpUrl)
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const credentials =
    url.username === ''
      ? null
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  const local = /^(?:localhost|127\.[\d.]+|::1)$/.test(host)
  const options = {
    host,
    ...(url.port !== '' && { port: Number(url.port) }),
    secure,
    requireTLS: !secure && credentials !== null && !local,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: REPLY_TIMEOUT_MS,
    socketCloseTimeout: QUIT_TIMEOUT_MS,
  }

  return {
    async connect(signal) {
      signal.throwIfAborted()
      const connection = new SMTPConnection(options)
      // An idle connection may break. The next use finds it unusable.
      connection.on('error', () => {})
      const abort = () => connection.close()
      signal.addEventListener('abort', abort, { once: true })
      try {
        await replied(connection, (done) => connection.connect(done))
        if (credentials !== null) await replied(connection, (done) => connection.login({ credentials }, done))
      } catch (error) {
        connection.close()
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
      }
      return wrap(connection)
    },
  }
}

function wrap(connection: SMTPConnection): SmtpConnection {
  let messages = 0
  let broken = false
  return {
    async send({ envelope, raw }) {
      messages += 1
      try {
        await replied(connection, (done) =>
          connection.send({ from: envelope.from, to: [envelope.to] }, raw(), done),
        )
      } catch (error) {
        broken = true
        // Reset the server's half-finished transaction before the next message.
        if (!connection.destroyed) {
          await replied(connection, (done) => connection.reset(done)).then(
            () => (broken = false),
            () => connection.close(),
          )
        }
        throw error
      }
    },
    usable: () => !broken && !connection.destroyed && messages < MOST_MESSAGES,
    quit() {
      // A server that does not reply must not delay a stop.
      const timer = setTimeout(() => connection.close(), QUIT_TIMEOUT_MS)
      connection.once('end', () => clearTimeout(timer))
      if (connection.destroyed) clearTimeout(timer)
      else connection.quit()
    },
    destroy: () => connection.close(),
  }
}

/**
 * Resolves when the server has replied to a step. nodemailer does not call back for most steps when the connection ends,
 * so the end of the connection rejects as well.
 */
async function replied(
  connection: SMTPConnection,
  begin: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Deferred, so that a callback with a more specific error wins.
  const ended = () =>
    queueMicrotask(() => reject(new Error('The connection closed before the server replied.')))
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
