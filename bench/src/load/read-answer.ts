import type { Answer } from './connection.ts'

const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '\r\n0\r\n\r\n'

/** The one answer in what was received so far, or null while it is not complete. */
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

/** The body without the lengths between its pieces; good for bodies of plain characters. */
function joinChunks(text: string): string {
  let body = ''
  for (let place = 0; ;) {
    const lineEnd = text.indexOf('\r\n', place)
    const size = Number.parseInt(text.slice(place, lineEnd), 16)
    if (!(size > 0)) return body
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    place = lineEnd + 2 + size + 2
  }
}
