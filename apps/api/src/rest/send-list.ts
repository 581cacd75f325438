import { setImmediate as turn } from 'node:timers/promises'
import { getTRPCErrorFromUnknown } from '@trpc/server'
import type { Context } from 'hono'
import { listWriter, type ListName } from '@prebook/book-files/lists'
import { toPrebookError } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'

/** A page of a list. */
export type ListPage = { items: readonly never[]; nextCursor: string | null }

/**
 * Sends a list as CSV, page by page, as fast as the client takes it. When a later page fails, the connection breaks off, so that no
 * part of a list is taken for the whole.
 *
 * @param file.name the name of the file, without its ending
 * @param first the first page
 * @param nextPage reads the page at a cursor
 */
export function sendList(
  c: Context<HttpEnvironment>,
  file: { list: ListName; name: string },
  first: ListPage,
  nextPage: (cursor: string) => Promise<ListPage>,
): Response {
  const headers = {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${file.name}.csv"`,
  }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  const write = listWriter(file.list)
  let left = false
  let page: ListPage | null = first
  const body = new ReadableStream<Uint8Array>({
    // Called only after the connection has taken the previous page.
    async pull(controller) {
      if (page === null) return controller.close()
      controller.enqueue(Buffer.from(write(page.items)))
      const { nextCursor }: ListPage = page
      page = null
      if (nextCursor === null) return
      try {
        // On SQLite, pages are read without a pause for other requests.
        await turn()
        if (!left) page = await nextPage(nextCursor)
      } catch (error) {
        const refusal = toPrebookError(getTRPCErrorFromUnknown(error))
        logRefusal(c, refusal, `${c.req.method} ${c.req.routePath}`)
        // With a reset: a proxy that speaks HTTP/1.0 takes an orderly end for the end of the file.
        c.env.incoming.socket.resetAndDestroy()
        controller.close()
      }
    },
    cancel() {
      left = true
    },
  })
  return c.body(body, 200, headers)
}
