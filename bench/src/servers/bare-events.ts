import { createServer, type ServerResponse } from 'node:http'
import { announce } from './announce.ts'

// The minimum cost of a broadcast: node:http holds the streams, and a POST writes one event to all of them, in the size and
// format that the service uses.
const streams = new Set<ServerResponse>()
const prebook = {
  id: 1_000_000,
  bookId: 1_000,
  bookTitle: 'Book 1000',
  bookAuthor: 'Bench',
  status: 'notified',
  createdAt: new Date(0).toISOString(),
  notifiedAt: new Date(0).toISOString(),
  cancelledAt: null,
}
const event = `data: ${JSON.stringify(prebook)}\nid: 1000000:notified\n\n`
announce(
  createServer((request, response) => {
    if (request.method === 'POST') {
      request.resume()
      for (const stream of streams) stream.write(event)
      response.setHeader('content-length', 0)
      response.end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    response.write('event: connected\ndata: {}\n\n')
    streams.add(response)
    response.on('close', () => streams.delete(response))
  }),
)
