import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client'
import type { AppRouter } from '@prebook/server/router'

/** The most calls that share one request: what a Prebook server takes. */
const MAX_BATCH = 10

export type ClientOptions = {
  /** Where the service runs, such as `https://books.example.org`. */
  url: string
  /** The session token, or where to look it up at each request; left out or null, calls are anonymous. */
  token?: string | null | (() => string | null | Promise<string | null>)
}

/** Every procedure of Prebook, typed: `client.prebooks.create.mutate({ bookId: 1 })`. */
export type PrebookClient = TRPCClient<AppRouter>

/**
 * Makes a client. Nothing is sent until a procedure is called; calls made at once travel in one request.
 *
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:8787' })
 * const { token } = await client.auth.login.mutate({ email, password })
 * const reader = createClient({ url: 'http://127.0.0.1:8787', token })
 * const prebook = await reader.prebooks.create.mutate({ bookId: 1 })
 */
export function createClient({ url, token = null }: ClientOptions): PrebookClient {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url.replace(/\/+$/, '')}/trpc`,
        maxItems: MAX_BATCH,
        async headers() {
          const current = typeof token === 'function' ? await token() : token
          return current === null ? {} : { authorization: `Bearer ${current}` }
        },
      }),
    ],
  })
}
