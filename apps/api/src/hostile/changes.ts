import { insertSession } from '@prebook/db'
import type { HostileApi } from './hostile-api.ts'
import { addPerson, addRefusedMail, PASSWORD } from './people.ts'

/** A permitted change. It succeeds as JSON from the same site, so a refusal in another form is meaningful. */
export type Change = {
  protocol: 'REST' | 'tRPC'
  /** The method and path in the OpenAPI document, or the name of the procedure. */
  name: string
  method: string
  path: string
  input: Record<string, unknown> | null
  /** Whether it requires a session. */
  signedIn: boolean
  /** False when the request succeeds but there is nothing to change. */
  changes?: false
  /**
   * Its status, unless it succeeds: 503 without a mail server, 410 because the token is not that of a link, 409 because the
   * caller is the last active admin.
   */
  status?: 409 | 410 | 503
}

/**
 * Prepares the data for the changes: reader 2 is inactive, its address has refused the delivery 1, and the admin has the
 * sessions 1 and 2. The admin and the books must exist already.
 */
export async function prepareChanges(api: HostileApi): Promise<void> {
  const reader = await addPerson(api, 'reader@example.org', { active: false })
  if (reader.id !== READER) throw new Error('The reader must be the second account.')
  await addRefusedMail(api, reader)
  await api.store.write(async (tx) => {
    for (const public_id of [1, 2]) {
      const id = String(public_id).repeat(64)
      const session = { created_at: Date.now(), expires_at: Date.now() + 3_600_000, public_id }
      await insertSession(tx, { id, user_id: ADMIN, ...session })
    }
  })
}

const NEXT_YEAR = new Date().getUTCFullYear() + 1
const ADMIN = 1
const READER = 2
let accounts = 0

/** All changes of both APIs with valid inputs. They must run in this order. */
export function allChanges(): Change[] {
  const rest = (
    method: string,
    name: string,
    input: Change['input'],
    { id = 0, signedIn = true } = {},
  ): Change => ({
    protocol: 'REST',
    name: `${method} ${name}`,
    method,
    path: name.replace('{id}', String(id)),
    input,
    signedIn,
  })
  const trpc = (name: string, input: Change['input'], signedIn = true): Change => ({
    protocol: 'tRPC',
    name,
    method: 'POST',
    path: `/trpc/${name}`,
    input,
    signedIn,
  })
  const account = (password = PASSWORD) => {
    accounts += 1
    return { email: `new${accounts}@example.org`, password }
  }
  const book = { title: 'Dune', author: 'Frank Herbert' }
  return [
    rest('POST', '/auth/register', account(), { signedIn: false }),
    rest('POST', '/auth/login', { email: 'admin@example.org', password: PASSWORD }, { signedIn: false }),
    trpc('auth.register', account(), false),
    trpc('auth.login', { email: 'admin@example.org', password: PASSWORD }, false),
    rest('POST', '/books', { ...book, price: 19.99 }),
    trpc('books.create', { ...book, priceCents: 1_999 }),
    trpc('books.import', { rows: [{ ...book, priceCents: 1_999, isbn: '9780441013593' }] }),
    rest('POST', '/books/import', { rows: [{ ...book, price: 21.99, isbn: '9780441013593' }] }),
    trpc('books.update', { bookId: 1, title: 'Dune Messiah' }),
    rest('PATCH', '/books/{id}', { title: 'Children of Dune' }, { id: 1 }),
    trpc('books.expect', { bookId: 1, expectedOn: `${NEXT_YEAR}-03` }),
    rest('POST', '/books/{id}/expect', { expected_on: `${NEXT_YEAR}-spring` }, { id: 1 }),
    rest('POST', '/prebooks', { book_id: 1 }),
    rest('DELETE', '/prebooks/{id}', null, { id: 1 }),
    trpc('prebooks.create', { bookId: 1 }),
    trpc('prebooks.cancel', { prebookId: 2 }),
    trpc('books.withdraw', { bookId: 1, note: 'Sorry.' }),
    trpc('books.reinstate', { bookId: 1 }),
    rest('POST', '/books/{id}/withdraw', { successor_id: 2 }, { id: 1 }),
    rest('POST', '/books/{id}/reinstate', null, { id: 1 }),
    rest('PATCH', '/books/{id}/stock', { quantity: 5 }, { id: 1 }),
    trpc('stock.set', { bookId: 1, quantity: 6 }),
    trpc('stock.adjust', { bookId: 1, delta: -1 }),
    rest('POST', '/books/{id}/stock/adjust', { delta: 1 }, { id: 1 }),
    rest('POST', '/stock/batch', { lines: [{ book_id: 1, delta: 1 }] }),
    trpc('stock.batch', { lines: [{ bookId: 1, delta: 1 }] }),
    trpc('account.update', { mailOptOut: true }),
    rest('PATCH', '/account', { mail_opt_out: false }),
    trpc('account.endSession', { sessionId: 1 }),
    rest('DELETE', '/account/sessions/{id}', null, { id: 2 }),
    trpc('account.changePassword', { currentPassword: PASSWORD, newPassword: PASSWORD }),
    rest('POST', '/account/password', { current_password: PASSWORD, new_password: PASSWORD }),
    trpc('account.endOtherSessions', null),
    rest('DELETE', '/account/sessions', null),
    { ...trpc('deliveries.redrive', { state: 'failed' }), changes: false },
    { ...rest('POST', '/deliveries/redrive', { state: 'failed' }), changes: false },
    rest('PATCH', '/users/{id}', { role: 'staff' }, { id: READER }),
    trpc('users.setRole', { userId: READER, role: 'reader' }),
    trpc('users.update', { userId: READER, role: 'staff' }),
    rest('POST', '/tokens', { name: 'Till', scopes: ['stock:write'] }),
    trpc('tokens.create', { name: 'Till', scopes: [] }),
    rest('POST', '/tokens/{id}/rotate', { overlap_hours: 1 }, { id: 1 }),
    trpc('tokens.rotate', { tokenId: 2, overlapHours: 0 }),
    rest('DELETE', '/tokens/{id}', null, { id: 1 }),
    trpc('tokens.revoke', { tokenId: 2 }),
    trpc('deliveries.liftSuppression', { deliveryId: 1 }),
    { ...rest('POST', '/deliveries/{id}/lift-suppression', null, { id: 1 }), changes: false },
    trpc('users.reactivate', { userId: READER }),
    trpc('users.deactivate', { userId: READER }),
    ...[
      rest('POST', '/auth/password-reset', { email: 'admin@example.org' }, { signedIn: false }),
      trpc('auth.requestPasswordReset', { email: 'admin@example.org' }, false),
      rest('POST', '/prebooks/requests', { book_id: 2, email: 'guest@example.org' }, { signedIn: false }),
      trpc('prebooks.request', { bookId: 2, email: 'guest@example.org' }, false),
      rest('POST', '/account/email', { email: 'new@example.org', password: PASSWORD }),
      trpc('account.changeEmail', { email: 'new@example.org', password: PASSWORD }),
      rest('POST', '/account/verification', null),
      trpc('account.resendVerification', null),
      rest('POST', '/users/invitations', { email: 'new@example.org', role: 'staff' }),
      trpc('users.invite', { email: 'new@example.org', role: 'staff' }),
    ].map((change) => ({ ...change, changes: false, status: 503 }) as const),
    ...[
      rest('POST', '/auth/password-reset/confirm', { token: 'x', password: PASSWORD }, { signedIn: false }),
      trpc('auth.resetPassword', { token: 'x', password: PASSWORD }, false),
      rest('POST', '/auth/verify', { token: 'x' }, { signedIn: false }),
      trpc('auth.verifyEmail', { token: 'x' }, false),
      rest('POST', '/auth/invitations/accept', { token: 'x', password: PASSWORD }, { signedIn: false }),
      trpc('auth.acceptInvitation', { token: 'x', password: PASSWORD }, false),
      rest('POST', '/prebooks/confirm', { token: 'x' }, { signedIn: false }),
      trpc('prebooks.confirm', { token: 'x' }, false),
    ].map((change) => ({ ...change, changes: false, status: 410 }) as const),
    ...[
      rest('POST', '/account/erase', { password: PASSWORD }),
      trpc('account.erase', { password: PASSWORD }),
    ].map((change) => ({ ...change, changes: false, status: 409 }) as const),
    rest('POST', '/auth/logout', null),
    trpc('auth.logout', null),
    trpc('auth.logoutEverywhere', null),
    rest('POST', '/auth/logout-everywhere', null),
  ]
}

/** The encodings in which a form of another site can send an input, with their content types. */
export const forms: { type: string; encode: (input: Record<string, unknown> | null) => string }[] = [
  { type: 'application/x-www-form-urlencoded', encode: (input) => urlencoded(input ?? {}) },
  { type: 'multipart/form-data; boundary=x', encode: (input) => multipart(input ?? {}) },
  { type: 'text/plain', encode: (input) => JSON.stringify(input ?? {}) },
  { type: 'text/plain; charset=utf-8', encode: (input) => `${JSON.stringify(input ?? {})}=` },
]

function urlencoded(input: Record<string, unknown>): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) fields.set(name, String(value))
  return fields.toString()
}

function multipart(input: Record<string, unknown>): string {
  const parts = Object.entries(input).map(
    ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`,
  )
  return `${parts.join('')}--x--\r\n`
}
