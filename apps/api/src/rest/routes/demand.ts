import { DemandTop, DemandTopInput, DemandWaitlistInput, DemandWaitlistPage } from '@prebook/core'
import { route } from '../route.ts'

export const demandRoutes = [
  route({
    method: 'GET',
    path: '/demand',
    tag: 'Demand',
    operationId: 'listDemand',
    summary: 'List the books that most readers wait for',
    description:
      'Or those with the longest wait, or with most readers who joined in the last `days`: see `order`.',
    procedure: 'demand.top',
    input: DemandTopInput,
    status: 200,
    output: DemandTop,
  }),
  route({
    method: 'GET',
    path: '/books/{id}/demand',
    pathField: 'bookId',
    tag: 'Demand',
    operationId: 'listWaitingReaders',
    summary: 'List the readers who wait for a book, in queue order',
    description: 'Only admins see e-mail addresses.',
    procedure: 'demand.waitlist',
    input: DemandWaitlistInput.omit({ bookId: true }),
    status: 200,
    output: DemandWaitlistPage,
  }),
]
