import type { z } from 'zod'
import {
  Book,
  BookCreateInput,
  BookListInput,
  BookPage,
  LoginInput,
  Prebook,
  PrebookCreateInput,
  PrebookListInput,
  PrebookPage,
  RegisterInput,
  StockSetInput,
  type Reason,
  type SignedIn,
} from '@prebook/core'
import type { createCaller } from '@prebook/server'
import { AccessToken, NoInput } from './shapes.ts'

type Caller = ReturnType<typeof createCaller>

/** A request of the REST door and the procedure that answers it. Names are the procedure's; `names.ts` maps them. */
export type RestRoute = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The address; `{id}` is the input field that `pathField` names. */
  path: string
  pathField?: 'bookId' | 'prebookId'
  tag: 'Accounts' | 'Books' | 'Pre-bookings'
  summary: string
  who: 'everybody' | 'signed in' | 'admins'
  /** The fields that the request may carry, beside the one in its address: in the query of a GET, else in its body. */
  input: z.ZodObject
  status: 200 | 201 | 204
  /** What the answer holds; null for 204. */
  output: z.ZodType | null
  call(caller: Caller, input: never): Promise<unknown>
  /** Why it may refuse, beside what `who` and the input already imply. */
  refusals: Reason[]
}

/** Ties the input's type to its schema. The procedure validates it: this door only renames. */
function route<Input extends z.ZodObject>(
  entry: Omit<RestRoute, 'input' | 'call'> & {
    input: Input
    call(caller: Caller, input: z.input<Input> & { bookId: number; prebookId: number }): Promise<unknown>
  },
): RestRoute {
  return entry
}

const bearer = ({ token, expiresAt }: SignedIn) => ({ accessToken: token, tokenType: 'bearer', expiresAt })

/** The REST door, request by request. Rules are the procedures' and stand nowhere else. */
export const restRoutes: readonly RestRoute[] = [
  route({
    method: 'POST',
    path: '/auth/register',
    tag: 'Accounts',
    summary: 'Open an account and sign in',
    who: 'everybody',
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
    who: 'everybody',
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
    summary: 'End this session',
    who: 'signed in',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller) => caller.auth.logout(),
    refusals: [],
  }),
  route({
    method: 'POST',
    path: '/books',
    tag: 'Books',
    summary: 'Add a book to the catalogue',
    who: 'admins',
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
    summary: 'Search and page through the catalogue, by title',
    who: 'everybody',
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
    summary: 'Look at a book',
    who: 'everybody',
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
    summary: 'Set the stock; from 0 to more, everybody who waits becomes notified',
    who: 'admins',
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
    summary: 'Pre-book a book that is out of stock',
    who: 'signed in',
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
    summary: 'Page through your pre-bookings, newest first',
    who: 'signed in',
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
    summary: 'Cancel one of your pre-bookings',
    who: 'signed in',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller, input) => caller.prebooks.cancel(input),
    refusals: ['PREBOOK_NOT_FOUND', 'PREBOOK_ALREADY_CANCELLED'],
  }),
]
