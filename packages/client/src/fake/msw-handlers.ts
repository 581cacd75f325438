import type { FakePrebook } from './create-fake.ts'

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
  { http, url = fake.url }: { http: MswHttp<Handler>; url?: string },
): Handler[] {
  const path = `${url.replace(/\/+$/, '')}/trpc/*`
  return [http.all(path, ({ request }) => fake.fetch(request))]
}
