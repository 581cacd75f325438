/** A request, ready to be written to a connection. */
export type Shot = { bytes: Buffer; name: string }

/** Builds a request in advance, so that sending it is a single write. */
export function httpRequest(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  options: { token?: string; body?: object; headers?: Record<string, string> } = {},
): Shot {
  const body = options.body === undefined ? '' : JSON.stringify(options.body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: bench',
    ...(options.token === undefined ? [] : [`authorization: Bearer ${options.token}`]),
    ...Object.entries(options.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
  ]
  return { bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`), name: `${method} ${path}` }
}

/** A tRPC query. */
export function trpcQuery(procedure: string, input: object, token?: string): Shot {
  const path = `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`
  return httpRequest('GET', path, token === undefined ? {} : { token })
}

/** A tRPC mutation. */
export function trpcMutation(procedure: string, input: object, token?: string): Shot {
  return httpRequest('POST', `/trpc/${procedure}`, { body: input, ...(token !== undefined && { token }) })
}
