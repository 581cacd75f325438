import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import type { Registry } from 'prom-client'
import { PrebookError } from '@prebook/core'
import { readBearerToken } from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { refuse } from '../http/refuse.ts'

/**
 * `/metrics` in the Prometheus text format, for callers with `METRICS_TOKEN`. Without the variable the page does not exist:
 * it is on the public port, and sales figures are confidential.
 */
export function metricsPage(registry: Registry, { METRICS_TOKEN: token }: Config): Hono<HttpEnvironment> {
  const page = new Hono<HttpEnvironment>()
  if (token === undefined) return page
  page.get('/metrics', async (c) => {
    const given = readBearerToken(c.req.header('authorization') ?? '')
    if (given === null || !sameText(given, token)) return refuse(c, new PrebookError('AUTH_REQUIRED'))
    return c.body(await registry.metrics(), 200, {
      'Content-Type': registry.contentType,
      'Cache-Control': 'no-store',
    })
  })
  return page
}

/** Compares two texts in constant time. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
