import { oneLine } from '../content/one-line.ts'

/**
 * What a failure means.
 *
 * `refused`: the server said no for good (5xx), or the message can never be sent. `later`: not now (4xx), or the line
 * broke while the message was under way, and nobody knows whether it arrived. `server`: it is not about this message at
 * all (the server cannot be reached, hangs up, wants another login), so no message is blamed.
 */
export type SmtpFailure = {
  kind: 'refused' | 'later' | 'server'
  /** Whether the next message would fare no better at the moment. */
  pausesAll: boolean
  /** For people: bounded, on one line, without tokens. */
  text: string
}

/** Answers of RFC 4954 that are about who we are: they concern every message, not this one. */
const ABOUT_US = new Set([530, 534, 535, 538])

/** Reads what nodemailer says when a connection could not be opened. */
export function readConnectFailure(error: unknown): SmtpFailure {
  return { kind: 'server', pausesAll: true, text: failureText(error) }
}

/** Reads what nodemailer says when a message on an open connection failed. */
export function readSendFailure(error: unknown): SmtpFailure {
  const text = failureText(error)
  const { code, responseCode, command } = error as { code?: string; responseCode?: number; command?: string }
  if (responseCode !== undefined) {
    if (ABOUT_US.has(responseCode)) return { kind: 'server', pausesAll: true, text }
    // RFC 5321, 3.8: 421 closes the channel, for whatever message is on it.
    if (responseCode === 421) return { kind: 'later', pausesAll: true, text }
    return { kind: responseCode >= 500 ? 'refused' : 'later', pausesAll: false, text }
  }
  // The connection had ended before a word was said.
  if (command === 'API' && code === 'ECONNECTION') return { kind: 'server', pausesAll: false, text }
  // Refused on this side: an address or a message that no server would be offered.
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return { kind: 'refused', pausesAll: false, text }
  return { kind: 'later', pausesAll: true, text }
}

const MOST_TEXT = 300

/** What went wrong in one bounded line. Servers quote what they got: tokens of our links are taken out. */
export function failureText(error: unknown): string {
  const { response, message } = error as { response?: unknown; message?: unknown }
  const said = typeof response === 'string' ? response : typeof message === 'string' ? message : String(error)
  const line = oneLine(said).replace(/token=[^\s&"'<>]+/gi, 'token=…')
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT - 1).toWellFormed()}…` : line
}
