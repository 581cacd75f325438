import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { bareStatements } from './bare-statements.ts'
import { announce } from './announce.ts'

// A Hono route that runs the bare statements: no session, no validation, no error table. The request names the reader.
const statements = bareStatements(String(process.argv[2]))
const app = new Hono().post('/prebooks', async (c) => {
  const { book_id: bookId, user_id: userId } = await c.req.json<{ book_id: number; user_id: number }>()
  return c.json({ id: await statements.create(bookId, userId) }, 201)
})
announce(createAdaptorServer({ fetch: app.fetch }), () => statements.close())
