import type { Answer } from './connection.ts'

const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '\r\n0\r\n\r\n'

/** Parses the single answer in the received bytes; null while it is incomplete. */
export function readAnswer(received: Buffer): Answer | null {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd < 0) return null
  const head = received.toString('latin1', 0, headEnd)
  const bodyStart = headEnd + HEAD_END.length
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    const end = bodyStart + Number(length)
    return received.length < end ? null : { status, body: received.toString('utf8', bodyStart, end) }
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, body: '' }
  const rest = received.toString('latin1', headEnd + 2)
  return rest.endsWith(LAST_CHUNK) ? { status, body: joinChunks(rest.slice(2)) } : null
}

/** Decodes a chunked body. Lengths count bytes, so it works for ASCII bodies only. */
function joinChunks(text: string): string {
  let body = ''
  for (let start = 0; ;) {
    const lineEnd = text.indexOf('\r\n', start)
    const size = Number.parseInt(text.slice(start, lineEnd), 16)
    if (!(size > 0)) return body
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    start = lineEnd + 2 + size + 2
  }
}
