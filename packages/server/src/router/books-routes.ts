import type { TRPCRouterRecord } from '@trpc/server'
import {
  Book,
  BookCreateInput,
  BookGetInput,
  BookImportInput,
  BookImportResult,
  BookListInput,
  BookPage,
  BookUpdateInput,
  BookWaitlist,
  BookWaitlistInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import { bookWaitlist } from '../books/book-waitlist.ts'
import { createBook } from '../books/create-book.ts'
import { getBook } from '../books/get-book.ts'
import { importBooks } from '../books/import-books.ts'
import { listBooks } from '../books/list-books.ts'
import { updateBook } from '../books/update-book.ts'
import { KEPT, once } from './once.ts'
import { publicProcedure, scopedProcedure } from './procedures.ts'

export const booksRoutes = {
  list: publicProcedure
    .input(optionalInput(listInput(BookListInput)))
    .output(BookPage)
    .query(({ ctx, input }) => listBooks(ctx, input)),
  get: publicProcedure
    .input(BookGetInput)
    .output(Book)
    .query(({ ctx, input }) => getBook(ctx, input)),
  waitlist: publicProcedure
    .input(BookWaitlistInput)
    .output(BookWaitlist)
    .query(({ ctx, input }) => bookWaitlist(ctx, input)),
  create: scopedProcedure('catalogue:write')
    .meta(KEPT)
    .input(BookCreateInput)
    .output(Book)
    .mutation(once(createBook)),
  update: scopedProcedure('catalogue:write')
    .meta(KEPT)
    .input(BookUpdateInput)
    .output(Book)
    .mutation(once(updateBook)),
  import: scopedProcedure('catalogue:write')
    // A hundred rows, each of the greatest length in any script.
    .meta({ ...KEPT, body: { bytes: 3_000_000, members: 2_000 } })
    .input(BookImportInput)
    .output(BookImportResult)
    .mutation(once(importBooks)),
} satisfies TRPCRouterRecord
