import type { Cast } from './cast.ts'

/** Requests that the client never makes. */
export async function tellWire(cast: Cast): Promise<void> {
  const { shop, steps } = cast

  async function raw(name: string, path: string, init: RequestInit = {}): Promise<void> {
    const response = await shop.fetch(`${shop.url}/trpc/${path}`, init)
    const body = (await response.json()) as Body | Body[]
    const bodies = Array.isArray(body) ? body : [body]
    const found = bodies.map(({ error }) => error?.data.reason ?? 'none')
    steps.push({ step: name, answer: { status: response.status, reasons: found } })
  }
  type Body = { error?: { data: { reason: string } } }

  await raw('unknown procedure', 'books.burn')
  await raw('one of two is unknown', 'books.list,books.burn?batch=1&input=%7B%220%22%3A%7B%7D%7D')
  await raw('a mutation by GET', 'auth.logout')
  await raw('broken JSON', 'books.list?input=%7B')
  await raw('too many calls', `${Array.from({ length: 11 }, () => 'auth.me').join(',')}?batch=1&input=%7B%7D`)
  await raw('text', 'auth.login', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
}
