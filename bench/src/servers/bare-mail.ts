import { createServer } from 'node:http'
import { createTransport } from 'nodemailer'
import { announce } from './announce.ts'

// nodemailer with its own pool and nothing else: no database, no claims, no checks before sending. A request names the number
// of messages to send, and is answered once the mail server has accepted all of them. Their size is that of the service's.
const [url = '', parallel = '1', bytes = '1000'] = process.argv.slice(2)
const transport = createTransport({
  url,
  pool: true,
  maxConnections: Number(parallel),
  maxMessages: 100,
} as Parameters<typeof createTransport>[0])
const text = `${'x'.repeat(74)}\r\n`.repeat(Math.ceil(Number(bytes) / 76))
announce(
  createServer((request, response) => {
    request.resume()
    const count = Number(request.url?.slice(1))
    const sent = Array.from({ length: count }, (_, index) =>
      transport.sendMail({
        from: 'shop@bench.example',
        to: `crowd${index}@bench.example`,
        subject: 'Book is back in stock',
        text,
      }),
    )
    void Promise.all(sent).then(() => response.setHeader('content-length', 0).end())
  }),
  () => transport.close(),
)
