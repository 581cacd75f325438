import type { RequestListener } from 'node:http'

/** The first event of a stream. */
export const CONNECTED = 'event: connected\ndata: {}\n\n'

/** Streams text, and ends the response unless `ends` is false. */
export function streaming(text: string, { ends = true } = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)
    if (ends) response.end()
  }
}
