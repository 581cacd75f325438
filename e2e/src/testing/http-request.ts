/** An HTTP response. `body` is the parsed JSON; undefined when the response is not JSON. */
export type Answer = { status: number; headers: Headers; text: string; body: unknown }

export type RequestOptions = {
  /** Sent as `Authorization: Bearer …`. */
  token?: string | null
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** Sends an HTTP request with a JSON body: for REST, and for tRPC requests that the typed client would never send. */
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

/** Sends an HTTP request unchanged. Does not follow redirects. */
export async function send(
  url: string,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(url + path, { ...init, method, redirect: 'manual' })
  const text = await response.text()
  const isJson = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

/** The text of a response, byte for byte except for the id of its request, which no two responses share. */
export function withoutRequestId({ headers, text }: Answer): string {
  return text.replaceAll(headers.get('x-request-id') ?? '', 'the request id')
}
