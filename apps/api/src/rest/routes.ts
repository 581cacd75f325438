import type { z } from 'zod'
import {
  Account,
  AccountExport,
  AccountExportInput,
  AccountUpdateInput,
  AuditListInput,
  AuditPage,
  Book,
  BookCreateInput,
  BookListInput,
  BookPage,
  LoginInput,
  PasswordChangeInput,
  Prebook,
  PrebookCreateInput,
  PrebookListInput,
  PrebookPage,
  RegisterInput,
  SessionList,
  StockSetInput,
  User,
  UserChanges,
  type Reason,
  type SignedIn,
} from '@prebook/core'
import type { createCaller } from '@prebook/server'
import { AccessToken, NoInput } from './shapes.ts'

type Caller = ReturnType<typeof createCaller>

/** A route of the REST API and its procedure. Field names are the procedure's; `names.ts` converts them. */
export type RestRoute = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The path. `{id}` is the input field named by `pathField`. */
  path: string
  pathField?: 'bookId' | 'prebookId' | 'userId' | 'sessionId'
  tag: 'Accounts' | 'Books' | 'Pre-bookings' | 'Audit log'
  summary: string
  access: 'public' | 'signed in' | 'staff' | 'admin'
  /** The fields of the request, except the one in its path: in the query of a GET, otherwise in the body. */
  input: z.ZodObject
  status: 200 | 201 | 204
  /** The schema of the response body; null for 204. */
  output: z.ZodType | null
  call(caller: Caller, input: never): Promise<unknown>
  /** The route's error reasons, in addition to those implied by `access` and the input. */
  refusals: Reason[]
}

/** Ties the type of `call`'s input to the schema. The procedure validates it; REST only renames fields. */
function route<Input extends z.ZodObject>(
  entry: Omit<RestRoute, 'input' | 'call'> & {
    input: Input
    call(
      caller: Caller,
      input: z.input<Input> & { bookId: number; prebookId: number; userId: number; sessionId: number },
    ): Promise<unknown>
  },
): RestRoute {
  return entry
}

const bearer = ({ token, expiresAt }: SignedIn) => ({ accessToken: token, tokenType: 'bearer', expiresAt })

/** The routes of the REST API. All rules are in the procedures. */
export const restRoutes: readonly RestRoute[] = [
  route({
    method: 'POST',
    path: '/auth/register',
    tag: 'Accounts',
    summary: 'Create an account and sign in',
    access: 'public',
    input: RegisterInput.omit({ session: true }),
    status: 201,
    output: AccessToken,
    call: async (caller, input) => bearer(await caller.auth.register(input)),
    refusals: ['AUTH_EMAIL_TAKEN', 'RATE_LIMITED'],
  }),
  route({
    method: 'POST',
    path: '/auth/login',
    tag: 'Accounts',
    summary: 'Sign in',
    access: 'public',
    input: LoginInput.omit({ session: true }),
    status: 200,
    output: AccessToken,
    call: async (caller, input) => bearer(await caller.auth.login(input)),
    refusals: ['AUTH_INVALID_CREDENTIALS', 'AUTH_ACCOUNT_DEACTIVATED', 'RATE_LIMITED'],
  }),
  route({
    method: 'POST',
    path: '/auth/logout',
    tag: 'Accounts',
    summary: 'Sign out',
    access: 'signed in',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller) => caller.auth.logout(),
    refusals: [],
  }),
  route({
    method: 'GET',
    path: '/account',
    tag: 'Accounts',
    summary: 'Get your account',
    access: 'signed in',
    input: NoInput,
    status: 200,
    output: Account,
    call: (caller) => caller.account.get(),
    refusals: [],
  }),
  route({
    method: 'PATCH',
    path: '/account',
    tag: 'Accounts',
    summary: 'Turn e-mails off or on',
    access: 'signed in',
    input: AccountUpdateInput,
    status: 200,
    output: Account,
    call: (caller, input) => caller.account.update(input),
    refusals: [],
  }),
  route({
    method: 'POST',
    path: '/account/password',
    tag: 'Accounts',
    summary: 'Change your password and end your other sessions',
    access: 'signed in',
    input: PasswordChangeInput,
    status: 204,
    output: null,
    call: (caller, input) => caller.account.changePassword(input),
    refusals: ['AUTH_INVALID_CREDENTIALS', 'RATE_LIMITED'],
  }),
  route({
    method: 'GET',
    path: '/account/sessions',
    tag: 'Accounts',
    summary: 'List your sessions, the current one first',
    access: 'signed in',
    input: NoInput,
    status: 200,
    output: SessionList,
    call: (caller) => caller.account.sessions(),
    refusals: [],
  }),
  route({
    method: 'DELETE',
    path: '/account/sessions',
    tag: 'Accounts',
    summary: 'End your sessions, except the current one',
    access: 'signed in',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller) => caller.account.endOtherSessions(),
    refusals: [],
  }),
  route({
    method: 'DELETE',
    path: '/account/sessions/{id}',
    pathField: 'sessionId',
    tag: 'Accounts',
    summary: 'End a session',
    access: 'signed in',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller, input) => caller.account.endSession(input),
    refusals: ['SESSION_NOT_FOUND'],
  }),
  route({
    method: 'GET',
    path: '/account/export',
    tag: 'Accounts',
    summary: 'Get what is stored about you, in parts of up to 500 rows',
    access: 'signed in',
    input: AccountExportInput,
    status: 200,
    output: AccountExport,
    call: (caller, input) => caller.account.export(input),
    refusals: [],
  }),
  route({
    method: 'POST',
    path: '/books',
    tag: 'Books',
    summary: 'Add a book to the catalogue',
    access: 'staff',
    input: BookCreateInput,
    status: 201,
    output: Book,
    call: (caller, input) => caller.books.create(input),
    refusals: ['BOOK_ISBN_CONFLICT'],
  }),
  route({
    method: 'GET',
    path: '/books',
    tag: 'Books',
    summary: 'List or search books, sorted by title',
    access: 'public',
    input: BookListInput.omit({ direction: true }),
    status: 200,
    output: BookPage,
    call: (caller, input) => caller.books.list(input),
    refusals: [],
  }),
  route({
    method: 'GET',
    path: '/books/{id}',
    pathField: 'bookId',
    tag: 'Books',
    summary: 'Get a book',
    access: 'public',
    input: NoInput,
    status: 200,
    output: Book,
    call: (caller, input) => caller.books.get(input),
    refusals: ['BOOK_NOT_FOUND'],
  }),
  route({
    method: 'PATCH',
    path: '/books/{id}/stock',
    pathField: 'bookId',
    tag: 'Books',
    summary: 'Set the stock; a restock from 0 notifies every waiting reader',
    access: 'staff',
    input: StockSetInput.omit({ bookId: true }),
    status: 200,
    output: Book,
    call: async (caller, input) => (await caller.stock.set(input)).book,
    refusals: ['BOOK_NOT_FOUND', 'STOCK_CONFLICT', 'STOCK_IDEMPOTENCY_MISMATCH'],
  }),
  route({
    method: 'POST',
    path: '/prebooks',
    tag: 'Pre-bookings',
    summary: 'Pre-book a sold-out book',
    access: 'signed in',
    input: PrebookCreateInput,
    status: 201,
    output: Prebook,
    call: (caller, input) => caller.prebooks.create(input),
    refusals: ['BOOK_NOT_FOUND', 'PREBOOK_BOOK_IN_STOCK', 'PREBOOK_DUPLICATE'],
  }),
  route({
    method: 'GET',
    path: '/prebooks',
    tag: 'Pre-bookings',
    summary: 'List your pre-bookings, newest first',
    access: 'signed in',
    input: PrebookListInput.omit({ direction: true }),
    status: 200,
    output: PrebookPage,
    call: (caller, input) => caller.prebooks.list(input),
    refusals: [],
  }),
  route({
    method: 'DELETE',
    path: '/prebooks/{id}',
    pathField: 'prebookId',
    tag: 'Pre-bookings',
    summary: 'Cancel a pre-booking',
    access: 'signed in',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller, input) => caller.prebooks.cancel(input),
    refusals: ['PREBOOK_NOT_FOUND', 'PREBOOK_ALREADY_CANCELLED'],
  }),
  route({
    method: 'GET',
    path: '/audit',
    tag: 'Audit log',
    summary: 'List what staff and admins changed, newest first',
    access: 'admin',
    input: AuditListInput.omit({ direction: true }),
    status: 200,
    output: AuditPage,
    call: (caller, input) => caller.audit.list(input),
    refusals: [],
  }),
  route({
    method: 'PATCH',
    path: '/users/{id}',
    pathField: 'userId',
    tag: 'Accounts',
    summary: 'Change the role of an account, or deactivate or reactivate it',
    access: 'admin',
    input: UserChanges,
    status: 200,
    output: User,
    call: (caller, input) => caller.users.update(input),
    refusals: ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  }),
]
