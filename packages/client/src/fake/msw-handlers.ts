import type { FakePrebook } from './create-fake.ts'
import { withoutSlash } from './option-schemas.ts'

/** The part of msw's `http` that the handlers need. */
export type MswHttp<Handler> = {
  all: (path: string, resolver: (info: { request: Request }) => Promise<Response>) => Handler
}

/**
 * Creates handlers of msw, version 2 or 3, that answer for a fake, so that the application's own client is tested as it is.
 *
 * @param fake the fake that answers
 * @param options.http `http` of msw
 * @param options.url the base URL that the application calls. Default: that of the fake
 */
export function prebookHandlers<Handler>(
  fake: Pick<FakePrebook, 'url' | 'fetch'>,
  { http, url = fake.url }: { http: MswHttp<Handler>; url?: string | undefined },
): Handler[] {
  const answer = async (request: Request): Promise<Response> => {
    try {
      return await fake.fetch(await readdressed(request, fake.url))
    } catch {
      // No server answers, or the caller has left. What a handler throws, msw reports and answers with status 500.
      return Response.error()
    }
  }
  return [http.all(`${withoutSlash(url)}/trpc/*`, ({ request }) => answer(request))]
}

/** The request to the same procedures at another base URL. */
async function readdressed(request: Request, url: string): Promise<Request> {
  const { method, headers, credentials, signal } = request
  const { pathname, search } = new URL(request.url)
  const path = pathname.slice(pathname.lastIndexOf('/trpc/')) + search
  // Not every browser has the body of a request as a stream.
  const body = await request.text()
  return new Request(`${url}${path}`, { method, headers, credentials, signal, ...(body !== '' && { body }) })
}
