import { z } from 'zod'
import { BookListInput, DeliveryListInput, DemandOrderListInput } from '@prebook/core'
import { download, NoInput, withoutPages } from '../route.ts'

const { readersPerCopy: _, ...period } = DemandOrderListInput.shape

/**
 * Lists as files. They have addresses of their own, because a link of a page cannot choose what its request accepts: see
 * docs/decisions/0062-lists-are-written-as-csv.md.
 */
export const downloadRoutes = [
  download({
    path: '/books.csv',
    tag: 'Books',
    operationId: 'downloadBooks',
    summary: 'Download books as CSV',
    description: 'All books, or all results of a search.',
    procedure: 'books.list',
    input: withoutPages(BookListInput),
    list: 'books',
    fileName: 'books',
  }),
  download({
    path: '/demand.csv',
    tag: 'Demand',
    operationId: 'downloadDemand',
    summary: 'Download all books that readers wait for as CSV',
    description: 'Most readers first.',
    procedure: 'demand.orderList',
    input: withoutPages(z.strictObject(period)),
    list: 'demand',
    fileName: 'demand',
  }),
  download({
    path: '/demand/order-list.csv',
    tag: 'Demand',
    operationId: 'downloadOrderList',
    summary: 'Download as CSV how many copies to order of each book that readers wait for',
    description: 'Most readers first. `copies` is `waiting` divided by `readers_per_copy`, rounded up.',
    procedure: 'demand.orderList',
    input: withoutPages(DemandOrderListInput),
    list: 'orderList',
    fileName: 'order-list',
  }),
  download({
    path: '/books/{id}/demand.csv',
    pathField: 'bookId',
    tag: 'Demand',
    operationId: 'downloadWaitingReaders',
    summary: 'Download the readers who wait for a book as CSV, in queue order',
    description: 'Only admins see e-mail addresses.',
    procedure: 'demand.waitlist',
    input: NoInput,
    list: 'waitlist',
    fileName: 'waitlist',
  }),
  download({
    path: '/books/{id}/stock/history.csv',
    pathField: 'bookId',
    tag: 'Stock',
    operationId: 'downloadStockMovements',
    summary: 'Download the stock movements of a book as CSV, newest first',
    procedure: 'stock.history',
    input: NoInput,
    list: 'stockHistory',
    fileName: 'stock-history',
  }),
  download({
    path: '/deliveries.csv',
    tag: 'E-mails',
    operationId: 'downloadDeliveries',
    summary: 'Download e-mails as CSV, newest first',
    procedure: 'deliveries.list',
    input: withoutPages(DeliveryListInput),
    list: 'deliveries',
    fileName: 'deliveries',
  }),
]
