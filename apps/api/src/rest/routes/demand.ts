import {
  DemandOrderListInput,
  DemandOrderListPage,
  DemandTop,
  DemandTopInput,
  DemandWaitlistInput,
  DemandWaitlistPage,
} from '@prebook/core'
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
    path: '/demand/order-list',
    tag: 'Demand',
    operationId: 'listOrderLines',
    summary: 'List all books that readers wait for, with how many copies to order',
    description:
      'Most readers first. `copies` is `waiting` divided by `readers_per_copy`, rounded up. Without `readers_per_copy`, the setting of ' +
      'the shop counts. Books with waiting readers have no stock.',
    procedure: 'demand.orderList',
    input: DemandOrderListInput,
    status: 200,
    output: DemandOrderListPage,
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
