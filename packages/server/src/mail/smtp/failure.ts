import { oneLine } from '../content/one-line.ts'
import { tlsAdvice } from './tls.ts'

/**
 * The meaning of a failure.
 *
 * `refused`: permanently rejected (5xx), or the message can never be sent. `later`: temporarily rejected (4xx), or the
 * connection broke during the message, which may or may not have arrived. `server`: unrelated to this message (the server
 * is unreachable, closed the connection or rejected the login), so it does not count as a try.
 */
export type SmtpFailure = {
  kind: 'refused' | 'later' | 'server'
  /** Whether other messages would fail now as well. */
  pausesAll: boolean
  /** Whether the server refused the recipient, rather than the sender or the message. */
  recipient: boolean
  /** A human-readable text: one line, bounded, without tokens. */
  text: string
}

/** Authentication errors of RFC 4954. They concern every message. */
const AUTH_ERRORS = new Set([530, 534, 535, 538])

/** Interprets nodemailer's error when a connection could not be opened. A TLS error names the setting to change. */
export function readConnectFailure(error: unknown): SmtpFailure {
  return { kind: 'server', pausesAll: true, recipient: false, text: adviceText(error) }
}

/** Interprets nodemailer's error when a message on an open connection failed. */
export function readSendFailure(error: unknown): SmtpFailure {
  const text = failureText(error)
  const { code, responseCode, command } = error as { code?: string; responseCode?: number; command?: string }
  if (responseCode !== undefined) {
    if (AUTH_ERRORS.has(responseCode))
      return { kind: 'server', pausesAll: true, recipient: false, text: adviceText(error) }
    // RFC 5321, 3.8: 421 closes the channel, regardless of the message.
    if (responseCode === 421) return { kind: 'later', pausesAll: true, recipient: false, text }
    const kind = responseCode >= 500 ? 'refused' : 'later'
    return { kind, pausesAll: false, recipient: concernsRecipient(error), text }
  }
  // The connection had ended before the first command.
  if (command === 'API' && code === 'ECONNECTION')
    return { kind: 'server', pausesAll: false, recipient: false, text }
  // nodemailer rejected the address or the message without asking the server.
  if (code === 'EENVELOPE' || code === 'EMESSAGE')
    return { kind: 'refused', pausesAll: false, recipient: false, text }
  return { kind: 'later', pausesAll: true, recipient: false, text }
}

/** The mailbox or its domain does not exist (RFC 3463, 3.2). 1.7 and 1.8 are about the sender. */
const NO_ADDRESS = /^1\.(?!7$|8$)/

/** The mailbox cannot take mail now (RFC 3463, 3.3). */
const MAILBOX = /^2\./

/** The mail system, the protocol, the message or a policy: the address may accept another mail. */
const NOT_ADDRESS = /^(?:1\.[78]$|[3567]\.)/

/** Basic codes for a mailbox that does not exist, without an enhanced code (RFC 5321, 4.2.3). */
const NO_MAILBOX = new Set([550, 551, 553])

/**
 * Whether a reply refuses the recipient. A permanent reply does if its enhanced code (RFC 3463) says that the address does
 * not exist, or if it answers RCPT without one. A temporary reply to RCPT does unless its enhanced code names another reason.
 */
function concernsRecipient(error: unknown): boolean {
  const { response, responseCode, command } = error as Record<
    'response' | 'responseCode' | 'command',
    unknown
  >
  const [, detail] = /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/.exec(String(response)) ?? []
  const atRecipient = command === 'RCPT TO'
  if (Number(responseCode) >= 500)
    return detail === undefined
      ? atRecipient && NO_MAILBOX.has(Number(responseCode))
      : NO_ADDRESS.test(detail)
  if (detail === undefined) return atRecipient
  return atRecipient ? !NOT_ADDRESS.test(detail) : NO_ADDRESS.test(detail) || MAILBOX.test(detail)
}

function adviceText(error: unknown): string {
  const advice = tlsAdvice(error)
  return advice === null ? failureText(error) : `${failureText(error)} (${advice})`
}

const MOST_TEXT = 300

/** Describes the error in one bounded line. Servers may quote the message, so tokens of our links are removed. */
export function failureText(error: unknown): string {
  const { response, message } = error as { response?: unknown; message?: unknown }
  const raw = typeof response === 'string' ? response : typeof message === 'string' ? message : String(error)
  const line = oneLine(raw).replace(/token=[^\s&"'<>]+/gi, 'token=…')
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT - 1).toWellFormed()}…` : line
}
