import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mail } from './compose-mail.ts'

/** A connection to the mail server, signed in and ready for the next message. */
export type SmtpLine = {
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
  close: () => void
}

/** Opens lines to the mail server. */
export type SmtpLines = { open: () => Promise<SmtpLine> }

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
export function createSmtpLines(smtpUrl: string): SmtpLines {
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
    async open() {
      const connection = new SMTPConnection(options)
      // Nobody may be listening when it breaks; whoever uses it next finds it unusable.
      connection.on('error', () => {})
      try {
        await settled((done) => {
          // An error before the line is ready comes as an event alone.
          connection.once('error', done)
          connection.connect(done)
        })
        if (credentials !== null) await settled((done) => connection.login({ credentials }, done))
      } catch (error) {
        connection.close()
        throw error
      }
      return line(connection)
    },
  }
}

function line(connection: SMTPConnection): SmtpLine {
  let messages = 0
  let broken = false
  // A connection that is closed by us forgets the message under way without a word.
  let hangUp: (error: Error) => void = () => {}
  return {
    async send({ envelope, raw }) {
      messages += 1
      try {
        await settled((done) => {
          hangUp = done
          connection.send({ from: envelope.from, to: [envelope.to] }, raw(), done)
        })
      } catch (error) {
        broken = true
        // The server may hold half a transaction: it is asked to forget it before the next message.
        if (!connection.destroyed) {
          await settled((done) => connection.reset(done)).then(
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
    close() {
      connection.close()
      hangUp(new Error('Stopped while the message was under way.'))
    },
  }
}

function settled(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
  })
}
