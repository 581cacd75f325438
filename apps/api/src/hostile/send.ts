import { request, type Agent, type IncomingHttpHeaders } from 'node:http'
import { WAIT_MS } from '@prebook/testing/bounds'

/** An HTTP request with an exact path; `fetch` would normalize it. */
export type Attempt = {
  method: string
  /** Path and query as sent over the wire. */
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; bytes: Buffer }

/** Sends a request and reads the whole response, or the beginning of a stream. */
export async function sendTo(url: string, attempt: Attempt, agent: Agent): Promise<Answer> {
  try {
    return await sendOnce(url, attempt, agent)
  } catch (error) {
    // The server may have closed the idle connection, which shows only when it is used.
    if (!(error instanceof StaleConnection)) throw error
    return sendOnce(url, attempt, agent)
  }
}

class StaleConnection extends Error {}

function sendOnce(url: string, { method, path, headers, body }: Attempt, agent: Agent): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const sent = body === undefined ? undefined : Buffer.from(body)
  const length = sent === undefined ? {} : { 'content-length': String(sent.length) }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, hostname, port, method, path, headers: { ...headers, ...length }, timeout: WAIT_MS },
      (incoming) => {
        const chunks: Buffer[] = []
        const done = () => {
          const bytes = Buffer.concat(chunks)
          const { statusCode: status = 0, headers: received } = incoming
          resolve({ status, headers: received, text: bytes.toString(), bytes })
        }
        const isStream = incoming.headers['content-type'] === 'text/event-stream'
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          // It does not end.
          if (!isStream) return
          done()
          incoming.destroy()
        })
        incoming.on('error', reject)
        incoming.on('end', done)
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`No response within ${WAIT_MS} ms.`)))
    outgoing.on('error', (error) => {
      reject(outgoing.reusedSocket ? new StaleConnection(error.message, { cause: error }) : error)
    })
    outgoing.end(sent)
  })
}

/** Encodes text for a path or query. Only characters that would end or break it are percent-encoded. */
export function inAddress(text: string): string {
  return text.replace(/[^!$'()*,\-./0-9:;=@A-Z[\]_a-z{|}~"]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  )
}

/** Describes a request in one line, for failure reports. */
export function describeAttempt({ method, path, headers, body }: Attempt): string {
  const shown = body === undefined ? '' : ` ${shorten(Buffer.from(body).toString())}`
  return `${method} ${shorten(path)} ${JSON.stringify(headers ?? {})}${shown}`
}

export function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text
}
