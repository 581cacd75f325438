import type { TRPCRouterRecord } from '@trpc/server'
import {
  Book,
  BookAvailabilities,
  BookAvailabilityInput,
  BookCreateInput,
  BookExpected,
  BookExpectInput,
  BookGetInput,
  BookImportInput,
  BookImportResult,
  BookListInput,
  BookOverdueInput,
  BookOverduePage,
  BookPage,
  BookPreviewWithdrawalInput,
  BookReinstateInput,
  BookSuggestInput,
  BookSuggestions,
  BookUpdateInput,
  BookWaitlist,
  BookWaitlistInput,
  BookWithdrawal,
  BookWithdrawalPreview,
  BookWithdrawInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import { bookAvailability } from '../books/book-availability.ts'
import { bookWaitlist } from '../books/book-waitlist.ts'
import { createBook } from '../books/create-book.ts'
import { expectBook } from '../books/expect-book.ts'
import { getBook } from '../books/get-book.ts'
import { importBooks } from '../books/import-books.ts'
import { listBooks } from '../books/list-books.ts'
import { overdueBooks } from '../books/overdue-books.ts'
import { previewWithdrawal } from '../books/preview-withdrawal.ts'
import { reinstate } from '../books/reinstate-book.ts'
import { suggestBooks } from '../books/suggest-books.ts'
import { updateBook } from '../books/update-book.ts'
import { withdraw } from '../books/withdraw-book.ts'
import { KEPT, once } from './once.ts'
import { publicProcedure, scopedProcedure } from './procedures.ts'

export const booksRoutes = {
  list: publicProcedure
    .input(optionalInput(listInput(BookListInput)))
    .output(BookPage)
    .query(({ ctx, input }) => listBooks(ctx, input)),
  suggest: publicProcedure
    .input(BookSuggestInput)
    .output(BookSuggestions)
    .query(({ ctx, input }) => suggestBooks(ctx, input)),
  availability: publicProcedure
    .input(BookAvailabilityInput)
    .output(BookAvailabilities)
    .query(({ ctx, input }) => bookAvailability(ctx, input)),
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
  previewWithdrawal: scopedProcedure('catalogue:write')
    .input(BookPreviewWithdrawalInput)
    .output(BookWithdrawalPreview)
    .query(({ ctx, input }) => previewWithdrawal(ctx, input)),
  withdraw: scopedProcedure('catalogue:write')
    .meta(KEPT)
    .input(BookWithdrawInput)
    .output(BookWithdrawal)
    .mutation(once(withdraw)),
  reinstate: scopedProcedure('catalogue:write')
    .meta(KEPT)
    .input(BookReinstateInput)
    .output(Book)
    .mutation(once(reinstate)),
  import: scopedProcedure('catalogue:write')
    // A hundred rows of the greatest length in any script, or the most rows with all their fields.
    .meta({ ...KEPT, body: { bytes: 3_000_000, members: 4_000 } })
    .input(BookImportInput)
    .output(BookImportResult)
    .mutation(once(importBooks)),
  expect: scopedProcedure('catalogue:write')
    .meta(KEPT)
    .input(BookExpectInput)
    .output(BookExpected)
    .mutation(once(expectBook)),
  overdue: scopedProcedure('demand:read')
    .input(optionalInput(listInput(BookOverdueInput)))
    .output(BookOverduePage)
    .query(({ ctx, input }) => overdueBooks(ctx, input)),
} satisfies TRPCRouterRecord
