import type { Locale, Reason } from '@prebook/core'
import { solve } from './proof.ts'
import type { Problem } from './texts.ts'

/** How long a request may take, in milliseconds. */
const TIMEOUT_MS = 20_000

/** Why a request was refused. Reasons that are missing here are `failed`. */
const problemOf: Partial<Record<Reason, Problem>> = {
  RATE_LIMITED: 'rate',
  MAIL_NOT_CONFIGURED: 'mail',
  PREBOOK_BOOK_IN_STOCK: 'in-stock',
  PREBOOK_BOOK_WITHDRAWN: 'withdrawn',
  PREBOOK_DUPLICATE: 'duplicate',
  AUTH_ACCOUNT_DEACTIVATED: 'deactivated',
}

/** What a person entered in the form. `website` is for programs that fill in every field. */
export type Entered = { isbn: string; email: string; website: string; locale: Locale }

/** Asks for the link that confirms a pre-booking. Resolves to the problem, or to null when the link is under way. */
export async function requestLink(api: string, entered: Entered): Promise<Problem | null> {
  const { website, ...fields } = entered
  return attempt(async () => {
    const asked = await send(`${api}/prebooks/challenge`, { credentials: 'omit', cache: 'no-store' })
    const { challenge } = (await asked.json()) as { challenge: string | null }
    return post(`${api}/prebooks/requests`, 'omit', {
      ...fields,
      ...(website === '' ? {} : { website }),
      ...(challenge === null ? {} : { proof: await solve(challenge) }),
    })
  })
}

/** Pre-books for the signed-in reader. Resolves to the problem, or to null. */
export async function prebookDirectly(api: string, bookId: number): Promise<Problem | null> {
  return attempt(() => post(`${api}/prebooks`, 'same-origin', { book_id: bookId }))
}

/** Whether the page belongs to the API's origin and its visitor is signed in. */
export async function isSignedIn(api: string): Promise<boolean> {
  try {
    // Other origins neither get nor send the cookie.
    if (new URL(api).origin !== location.origin) return false
    const response = await send(`${api}/trpc/auth.me`, { credentials: 'same-origin', cache: 'no-store' })
    const { result } = (await response.json()) as { result: { data: object | null } }
    return result.data !== null
  } catch {
    return false
  }
}

async function attempt(work: () => Promise<Response>): Promise<Problem | null> {
  try {
    const response = await work()
    if (response.ok) return null
    const { code, field } = (await response.json()) as { code?: Reason; field?: string }
    if (code === 'VALIDATION_ERROR' && field === 'email') return 'email'
    return (code && problemOf[code]) ?? 'failed'
  } catch {
    return 'failed'
  }
}

function post(url: string, credentials: RequestCredentials, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return send(url, { method: 'POST', credentials, headers, body: JSON.stringify(body) })
}

function send(url: string, options: RequestInit): Promise<Response> {
  return fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) })
}
