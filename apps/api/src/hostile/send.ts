import { request, type Agent, type IncomingHttpHeaders } from 'node:http'

/** One HTTP request, down to the spelling of its path: `fetch` would tidy it up. */
export type Attempt = {
  method: string
  /** Path and query as they go over the wire. */
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string }

/** An answer that takes longer counts as none. */
const WAIT_MS = 20_000

/** Sends a request and reads the whole answer. */
export async function sendTo(url: string, attempt: Attempt, agent: Agent): Promise<Answer> {
  try {
    return await sendOnce(url, attempt, agent)
  } catch (error) {
    // The server may close a connection that waits for its next request; whether it did so is known only afterwards.
    if (!(error instanceof StaleConnection)) throw error
    return sendOnce(url, attempt, agent)
  }
}

class StaleConnection extends Error {}

function sendOnce(url: string, { method, path, headers, body }: Attempt, agent: Agent): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const bytes = body === undefined ? undefined : Buffer.from(body)
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, hostname, port, method, path, headers: { ...headers, ...length }, timeout: WAIT_MS },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
        })
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer within ${WAIT_MS} ms.`)))
    outgoing.on('error', (error) => {
      reject(outgoing.reusedSocket ? new StaleConnection(error.message, { cause: error }) : error)
    })
    outgoing.end(bytes)
  })
}

/** Text as part of a path or query: only what would end or break it is percent-encoded. */
export function inAddress(text: string): string {
  return text.replace(/[^!$'()*,\-./0-9:;=@A-Z[\]_a-z{|}~"]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  )
}

/** A request in a line, for the report of a failure. */
export function describeAttempt({ method, path, headers, body }: Attempt): string {
  const shown = body === undefined ? '' : ` ${shorten(Buffer.from(body).toString())}`
  return `${method} ${shorten(path)} ${JSON.stringify(headers ?? {})}${shown}`
}

export function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text
}
