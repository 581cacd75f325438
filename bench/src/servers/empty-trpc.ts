import { createAdaptorServer } from '@hono/node-server'
import { initTRPC } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { Hono } from 'hono'
import { announce } from './announce.ts'

// A mutation that does nothing, through the adapter that the API uses: no input, no output schema, no session, no middleware.
// This is the minimum cost of a tRPC procedure on Hono.
const t = initTRPC.create({ isDev: false })
const router = t.router({ empty: t.procedure.mutation(() => ({ ok: true })) })
const app = new Hono()
app.all('/trpc/*', (c) => fetchRequestHandler({ endpoint: '/trpc', req: c.req.raw, router }))
announce(createAdaptorServer({ fetch: app.fetch }))
