import { Prebook, PrebookCreateInput, PrebookListInput, PrebookPage } from '@prebook/core'
import { route } from '../route.ts'
import { NoInput } from '../shapes.ts'

export const prebooksRoutes = [
  route({
    method: 'POST',
    path: '/prebooks',
    tag: 'Pre-bookings',
    summary: 'Pre-book a sold-out book',
    procedure: 'prebooks.create',
    input: PrebookCreateInput,
    status: 201,
    output: Prebook,
    call: (caller, input) => caller.prebooks.create(input),
    refusals: ['BOOK_NOT_FOUND', 'PREBOOK_BOOK_IN_STOCK', 'PREBOOK_DUPLICATE', 'RATE_LIMITED'],
  }),
  route({
    method: 'GET',
    path: '/prebooks',
    tag: 'Pre-bookings',
    summary: 'List your pre-bookings, newest first',
    procedure: 'prebooks.list',
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
    procedure: 'prebooks.cancel',
    input: NoInput,
    status: 204,
    output: null,
    call: (caller, input) => caller.prebooks.cancel(input),
    refusals: ['PREBOOK_NOT_FOUND', 'PREBOOK_ALREADY_CANCELLED'],
  }),
]
