import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { bareStatements } from './bare-statements.ts'

// A Hono route with the bare statements behind it: no session, no validation, no error table. Run as a process of its own.
const statements = bareStatements(String(process.argv[2]))
const app = new Hono().post('/prebooks', async (c) => {
  const { book_id: bookId } = await c.req.json<{ book_id: number }>()
  return c.json({ id: statements.create(bookId, 1) }, 201)
})
const server = createAdaptorServer({ fetch: app.fetch })
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`{"url":"http://127.0.0.1:${address?.port}"}\n`)
})
process.on('SIGTERM', () => {
  server.close()
  statements.close()
  process.exit(0)
})
