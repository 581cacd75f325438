/** What a plain HTTP client sees of an answer. `body` is the parsed JSON, or undefined when there is none. */
export type Answer = { status: number; headers: Headers; text: string; body: unknown }

export type RequestOptions = {
  /** Sent as `Authorization: Bearer …`. */
  token?: string | null
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** One HTTP request with a JSON body, by hand: for REST, and for what a typed client would never send over tRPC. */
export async function request(
  url: string,
  method: string,
  path: string,
  { token = null, body, headers = {} }: RequestOptions = {},
): Promise<Answer> {
  return send(url, method, path, {
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

/** One HTTP request as it stands. Redirects are not followed. */
export async function send(
  url: string,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(url + path, { ...init, method, redirect: 'manual' })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}
