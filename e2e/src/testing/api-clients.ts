import { expect } from 'vitest'
import { isPrebookError, type RouterInputs, type RouterOutputs } from '@prebook/client'
import { request, type Answer, type RequestOptions } from './http-request.ts'
import type { Book, Caller } from './shop.ts'

export type Prebook = RouterOutputs['prebooks']['create']
export type AuditEntry = RouterOutputs['audit']['list']['items'][number]
export type ApiToken = RouterOutputs['tokens']['list']['items'][number]
export type NewApiToken = RouterOutputs['tokens']['create']
export type Page<Item> = { items: Item[]; nextCursor: string | null }
type Account = { email: string; password: string }
type SignedIn = { token: string; expiresAt: string }

/**
 * A client of one of the two APIs, so that one test covers both. Results and field names are those of tRPC; each client
 * also checks the names and statuses of its own protocol.
 */
export type ApiClient = {
  name: 'REST' | 'tRPC'
  /** The status of a response to invalid input. */
  invalidStatus: 400 | 422
  /** The name of an input field in this API. */
  field(name: string): string
  register(caller: Caller, account: Account): Promise<SignedIn>
  login(caller: Caller, account: Account): Promise<SignedIn>
  logout(caller: Caller): Promise<void>
  createBook(caller: Caller, book: RouterInputs['books']['create']): Promise<Book>
  getBook(caller: Caller, bookId: number): Promise<Book>
  listBooks(caller: Caller, filter?: RouterInputs['books']['list']): Promise<Page<Book>>
  setStock(caller: Caller, bookId: number, quantity: number): Promise<Book>
  createPrebook(caller: Caller, bookId: number): Promise<Prebook>
  listPrebooks(caller: Caller, filter?: RouterInputs['prebooks']['list']): Promise<Page<Prebook>>
  cancelPrebook(caller: Caller, prebookId: number): Promise<void>
  listAudit(caller: Caller, filter?: RouterInputs['audit']['list']): Promise<Page<AuditEntry>>
  createToken(caller: Caller, token: RouterInputs['tokens']['create']): Promise<NewApiToken>
  listTokens(caller: Caller, filter?: RouterInputs['tokens']['list']): Promise<Page<ApiToken>>
  rotateToken(caller: Caller, tokenId: number, overlapHours: number): Promise<NewApiToken>
  revokeToken(caller: Caller, tokenId: number): Promise<void>
}

/** Thrown when the service refuses a call. */
export class Refused extends Error {
  readonly status: number
  readonly reason: string
  readonly field: string | null
  /** The invalid fields of the input. */
  readonly paths: string[]

  constructor(refusal: {
    status: number
    reason: string
    message: string
    field: string | null
    paths: string[]
  }) {
    super(refusal.message)
    this.status = refusal.status
    this.reason = refusal.reason
    this.field = refusal.field
    this.paths = refusal.paths
  }
}

const rest: ApiClient = {
  name: 'REST',
  invalidStatus: 422,
  field: (name) =>
    name === 'priceCents' ? 'price' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  register: (caller, account) => restSignIn(caller, '/auth/register', 201, account),
  login: (caller, account) => restSignIn(caller, '/auth/login', 200, account),
  logout: (caller) => restNoContent(caller, 'POST', '/auth/logout'),
  createBook: (caller, book) => restCall<Book>(caller, 'POST', '/books', 201, { body: toRestNames(book) }),
  getBook: (caller, bookId) => restCall<Book>(caller, 'GET', `/books/${bookId}`, 200),
  listBooks: (caller, filter) => restCall<Page<Book>>(caller, 'GET', `/books${query(filter)}`, 200),
  setStock: (caller, bookId, quantity) =>
    restCall<Book>(caller, 'PATCH', `/books/${bookId}/stock`, 200, { body: { quantity } }),
  createPrebook: (caller, bookId) =>
    restCall<Prebook>(caller, 'POST', '/prebooks', 201, { body: { book_id: bookId } }),
  listPrebooks: (caller, filter) => restCall<Page<Prebook>>(caller, 'GET', `/prebooks${query(filter)}`, 200),
  cancelPrebook: (caller, prebookId) => restNoContent(caller, 'DELETE', `/prebooks/${prebookId}`),
  listAudit: (caller, filter) => restCall<Page<AuditEntry>>(caller, 'GET', `/audit${query(filter)}`, 200),
  createToken: (caller, token) =>
    restCall<NewApiToken>(caller, 'POST', '/tokens', 201, { body: toRestNames(token) }),
  listTokens: (caller, filter) => restCall<Page<ApiToken>>(caller, 'GET', `/tokens${query(filter)}`, 200),
  rotateToken: (caller, tokenId, overlapHours) =>
    restCall<NewApiToken>(caller, 'POST', `/tokens/${tokenId}/rotate`, 200, {
      body: { overlap_hours: overlapHours },
    }),
  revokeToken: (caller, tokenId) => restNoContent(caller, 'DELETE', `/tokens/${tokenId}`),
}

const trpc: ApiClient = {
  name: 'tRPC',
  invalidStatus: 400,
  field: (name) => name,
  register: (caller, account) => trpcSignIn(caller.client.auth.register.mutate(account)),
  login: (caller, account) => trpcSignIn(caller.client.auth.login.mutate(account)),
  logout: async (caller) => {
    expect(await trpcCall(caller.client.auth.logout.mutate())).toEqual({ ok: true })
  },
  createBook: (caller, book) => trpcCall(caller.client.books.create.mutate(book)),
  getBook: (caller, bookId) => trpcCall(caller.client.books.get.query({ bookId })),
  listBooks: (caller, filter = {}) => trpcCall(caller.client.books.list.query(filter)),
  setStock: async (caller, bookId, quantity) =>
    (await trpcCall(caller.client.stock.set.mutate({ bookId, quantity }))).book,
  createPrebook: (caller, bookId) => trpcCall(caller.client.prebooks.create.mutate({ bookId })),
  listPrebooks: (caller, filter = {}) => trpcCall(caller.client.prebooks.list.query(filter)),
  cancelPrebook: async (caller, prebookId) => {
    const cancelled = await trpcCall(caller.client.prebooks.cancel.mutate({ prebookId }))
    expect(cancelled).toMatchObject({ id: prebookId, status: 'cancelled' })
  },
  listAudit: (caller, filter = {}) => trpcCall(caller.client.audit.list.query(filter)),
  createToken: (caller, token) => trpcCall(caller.client.tokens.create.mutate(token)),
  listTokens: (caller, filter = {}) => trpcCall(caller.client.tokens.list.query(filter)),
  rotateToken: (caller, tokenId, overlapHours) =>
    trpcCall(caller.client.tokens.rotate.mutate({ tokenId, overlapHours })),
  revokeToken: async (caller, tokenId) => {
    expect(await trpcCall(caller.client.tokens.revoke.mutate({ tokenId }))).toEqual({ ok: true })
  },
}

/** Both clients, for `describe.each`. */
export const apiClients = [rest, trpc]

async function restCall<Value>(
  caller: Caller,
  method: string,
  path: string,
  status: number,
  options: RequestOptions = {},
): Promise<Value> {
  const answer = await request(caller.url, method, path, { token: caller.token, ...options })
  expect(answer.headers.get('www-authenticate')).toBe(answer.status === 401 ? 'Bearer' : null)
  if (answer.status >= 400) throw restRefusal(answer)
  expect(answer.status).toBe(status)
  return toTrpcNames(answer.body) as Value
}

async function restNoContent(caller: Caller, method: string, path: string): Promise<void> {
  expect(await restCall(caller, method, path, 204)).toBeUndefined()
}

async function restSignIn(caller: Caller, path: string, status: number, body: Account): Promise<SignedIn> {
  const answer = await restCall<Record<string, string>>(caller, 'POST', path, status, { body })
  expect(Object.keys(answer)).toEqual(['accessToken', 'tokenType', 'expiresAt'])
  expect(answer['tokenType']).toBe('bearer')
  return { token: String(answer['accessToken']), expiresAt: String(answer['expiresAt']) }
}

type RestRefusal = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  request_id: string
  field?: string
  errors?: { path: string; message: string }[]
}

function restRefusal({ status, headers, body }: Answer): Refused {
  const { detail, code, field = null, errors, title, ...others } = body as RestRefusal
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(title).toEqual(expect.any(String))
  const request_id = headers.get('x-request-id')
  expect(others).toEqual({ type: `/docs/errors#${code}`, status, request_id })
  expect([detail, code]).toEqual([expect.any(String), expect.any(String)])
  expect(errors === undefined).toBe(code !== 'VALIDATION_ERROR')
  const paths = errors?.map(({ path }) => path) ?? []
  return new Refused({ status, reason: code, message: detail, field, paths })
}

async function trpcSignIn(call: Promise<RouterOutputs['auth']['login']>): Promise<SignedIn> {
  const { token, expiresAt } = await trpcCall(call)
  expect(token).toEqual(expect.any(String))
  return { token: String(token), expiresAt }
}

async function trpcCall<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call
  } catch (error) {
    if (!isPrebookError(error)) throw error
    const { httpStatus, reason, field, issues, requestId } = error.data
    // A call in a batch with mixed results gets the status 207.
    const response = (error as { meta?: Record<string, unknown> }).meta?.['response']
    expect([httpStatus, 207]).toContain(response instanceof Response ? response.status : null)
    expect(response instanceof Response && response.headers.get('x-request-id')).toBe(requestId)
    const paths = issues?.map(({ path }) => path) ?? []
    throw new Refused({ status: httpStatus, reason, message: error.message, field, paths })
  }
}

function query(filter: object = {}): string {
  const given = Object.entries(filter).map(([name, value]): [string, string] => [
    rest.field(name),
    String(value),
  ])
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

function toRestNames(input: object): object {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      rest.field(name),
      name === 'priceCents' && typeof value === 'number' ? value / 100 : value,
    ]),
  )
}

/** Converts a REST response to the names of tRPC, after checking that all its names are in snake_case. */
function toTrpcNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toTrpcNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
      if (name === 'price') return ['priceCents', Math.round(Number(inner) * 100)]
      return [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), toTrpcNames(inner)]
    }),
  )
}
