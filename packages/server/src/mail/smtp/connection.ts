import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mail } from '../content/compose-mail.ts'
import { tlsOptions, type SmtpServerSettings } from './tls.ts'

/** An authenticated connection to the mail server, ready for the next message. */
export type SmtpConnection = {
  /**
   * Sends a message. When the server asks for it (354), `check` decides whether it may still go. If it may, the first byte
   * is written in the turn of the event loop in which `check` resolves. If not, the connection is closed: after 354,
   * anything else would deliver a message.
   *
   * @param check resolves to whether to send
   * @throws nodemailer's error, see `readSendFailure`; any error when `check` prevented the message
   */
  send: (mail: Mail, check: () => Promise<boolean>) => Promise<void>
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

/** Creates a connector for a server. */
export function createSmtpConnector(settings: SmtpServerSettings): SmtpConnector {
  const url = new URL(settings.url)
  const credentials =
    url.username === ''
      ? null
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...tlsOptions(settings),
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
    async send({ envelope, raw }, check) {
      messages += 1
      const message = checkedMessage(raw, check, () => connection.close())
      try {
        await replied(connection, (done) =>
          connection.send({ from: envelope.from, to: [envelope.to] }, message, done),
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

/** The message as a stream that runs the check when it is first read. nodemailer does not read it before 354. */
function checkedMessage(raw: Buffer, check: () => Promise<boolean>, withdraw: () => void): Readable {
  async function pass(message: Readable): Promise<void> {
    const mayGo = await check().catch(() => false)
    // The connection may have ended meanwhile.
    if (message.destroyed) return
    if (!mayGo) return withdraw()
    // A piped stream that waits for data passes it on to the socket immediately.
    message.push(raw)
    message.push(null)
  }
  return new Readable({
    read() {
      void pass(this)
    },
  })
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
