import Sqlite from 'better-sqlite3'
import { Kysely, type CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Tx } from '../../database.ts'
import { openStore } from '../../open-store.ts'
import { closeExpiredLinks } from '../../queries/account-links.ts'
import {
  countActiveApiTokens,
  findApiToken,
  findRotatedApiToken,
  listApiTokens,
} from '../../queries/api-tokens.ts'
import { listAuditEntries, listAuditEntriesOf, recordAudit } from '../../queries/audit-entries.ts'
import { findAvailability } from '../../queries/availability.ts'
import {
  findBook,
  findBookByIsbn,
  findBookForSession,
  findBookIdByIsbn,
  listBooks,
} from '../../queries/books.ts'
import { deleteConsentsOf } from '../../queries/consents.ts'
import { findAccountMailFacts, hasDueDelivery } from '../../queries/deliveries.ts'
import { findLastPrebookId, lockSettlingAnnouncement } from '../../queries/announcements.ts'
import { listOverdueBooks } from '../../queries/expected-dates.ts'
import { dispatchSlice, listUndispatched } from '../../queries/deliveries-dispatch.ts'
import { listDeliveries, listDeliveryIds } from '../../queries/deliveries-listing.ts'
import { findRestockFacts, findWithdrawalFacts } from '../../queries/deliveries-about-prebooks.ts'
import { deleteSettledDeliveries } from '../../queries/deliveries-retention.ts'
import {
  deleteOldWishMail,
  deleteWishMailTo,
  findWishMailFacts,
  hasOldWishMail,
} from '../../queries/wish-mail.ts'
import { searchBooks } from '../../queries/search-books.ts'
import { allById, wantedById } from '../../queries/search-lists.ts'
import { countAhead, findPrebook, insertPrebook, listPrebooks, listWaiting } from '../../queries/prebooks.ts'
import { deleteExpiredSessions, findSession, listSessions } from '../../queries/sessions.ts'
import { listMovements, listMovementsAfter } from '../../queries/stock-movements.ts'
import { deleteKeptAnswers, deleteKeptAnswersOf, findKeptAnswer } from '../../queries/kept-answers.ts'
import { deleteStockRequests, findStockRequest } from '../../queries/stock-requests.ts'
import {
  countTry,
  deleteCountsOf,
  deleteExpiredCounts,
  findCounts,
  keepMark,
  takeBackTry,
} from '../../queries/throttle-counts.ts'
import { deleteExpiredWishes, forgetWishesOf } from '../../queries/used-wishes.ts'
import { findUserByEmail, hasOtherActiveAdmin, listUsers } from '../../queries/users.ts'
import {
  listCancelledPrebooks,
  listPrebooksAfter,
  listPrebooksById,
  listPrebooksOnWaitlist,
  listUncancelledPrebooks,
} from '../../queries/watched-prebooks.ts'
import {
  closeOpenWaitlist,
  findOpenWaitlist,
  findOpenWaitlistWithBook,
  withdrawOpenWaitlist,
} from '../../queries/waitlists.ts'
import { recordWithdrawal } from '../../queries/withdrawals.ts'
import { collectWaitingChanges } from '../../waiting-counts.ts'
import { addBook, addPrebook, addUser, addWaitlist, sessionId } from '../../testing/rows.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

/** A migrated file, and a connection that records the statements that a query function sends. */
async function explained() {
  await using setUp = new AsyncDisposableStack()
  const folder = setUp.use(await temporaryFolder())
  const url = `file:${folder.path('prebook.db')}`
  await openStore(url).then((store) => store.close())
  const database = setUp.adopt(new Sqlite(folder.path('prebook.db')), (it) => void it.close())
  const sent: CompiledQuery[] = []
  const db = new Kysely<Database>({
    dialect: new ImmediateSqliteDialect(database),
    log: (event) => void sent.push(event.query),
  })

  async function statements(work: (tx: Tx) => Promise<unknown>): Promise<CompiledQuery[]> {
    sent.length = 0
    await db.transaction().execute((tx) => work(tx))
    return sent.filter((query) => !/^(?:begin|commit)/.test(query.sql))
  }

  const disposables = setUp.move()
  return {
    database,
    db,
    statements,
    /** The steps of each statement's plan, in SQLite's notation. */
    async plan(work: (tx: Tx) => Promise<unknown>): Promise<string[]> {
      const steps = (await statements(work)).map(({ sql, parameters }) =>
        database.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...parameters),
      )
      return steps.flat().map((step) => step.detail)
    },
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

/**
 * A scan of a whole table or index, such as `SCAN users`. It does not match the few rows of a named subquery, or a
 * partial index that contains only the wanted rows.
 */
const wholeTable =
  /^SCAN (?:users|sessions|books|stock_movements|stock_requests|waitlists|prebooks|deliveries|throttle_counts|installation|account_links|refusals|api_tokens|kept_answers|announcements|search_words|wanted_books|consents|used_wishes)\b(?!.* (?:waitlists_undispatched|users_active_admins)$)/

const page = { beforeId: null, limit: 50 }
const anyEntry = {
  beforeId: 9,
  limit: 50,
  actorId: undefined,
  tokenId: undefined,
  subject: undefined,
  action: undefined,
}
const sandworm = {
  text: 'sandworm',
  titles: ['sandworm'],
  words: [{ spellings: [['sandworm']], isPrefix: true }],
}
const throttle = { key: 'k'.repeat(64), limit: 5, windowMs: 1_000 }

const hot: { what: string; work: (tx: Tx) => Promise<unknown>; uses: RegExp[] }[] = [
  {
    what: 'finding a session with its account',
    work: (tx) => findSession(tx, sessionId('a')),
    uses: [
      /SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 \(id=\?\)/,
      /SEARCH users USING INTEGER PRIMARY KEY/,
    ],
  },
  {
    what: 'listing the sessions of an account',
    work: (tx) => listSessions(tx, { userId: 1, now: 1, limit: 100 }),
    uses: [/SEARCH sessions USING INDEX sessions_recent/],
  },
  {
    what: 'deleting expired sessions',
    work: (tx) => deleteExpiredSessions(tx, 1),
    uses: [/SEARCH sessions USING (?:COVERING )?INDEX sessions_expiry/],
  },
  {
    what: 'finding an account by its address',
    work: (tx) => findUserByEmail(tx, 'a@example.org'),
    uses: [/SEARCH users USING INDEX sqlite_autoindex_users_1 \(email=\?\)/],
  },
  {
    what: 'finding another active admin',
    work: (tx) => hasOtherActiveAdmin(tx, 1),
    uses: [/SCAN users USING COVERING INDEX users_active_admins/],
  },
  {
    what: 'finding a book',
    work: async (tx) => [await findBook(tx, 1), await findBookByIsbn(tx, '9780441013593')],
    uses: [
      /SEARCH books USING INTEGER PRIMARY KEY/,
      /SEARCH books USING INDEX sqlite_autoindex_books_1 \(isbn=\?\)/,
    ],
  },
  {
    what: 'finding the id of a book by its ISBN',
    work: (tx) => findBookIdByIsbn(tx, '9780441013593'),
    uses: [/SEARCH books USING COVERING INDEX sqlite_autoindex_books_1 \(isbn=\?\)/],
  },
  {
    what: 'finding the availability of some books',
    work: (tx) => findAvailability(tx, ['9780441013593', '9780593098233']),
    uses: [
      /SEARCH books USING INDEX sqlite_autoindex_books_1 \(isbn=\?\)/,
      /SEARCH waitlists USING INDEX waitlists_open \(book_id=\?\)/,
    ],
  },
  {
    what: 'finding a book for a session',
    work: (tx) => findBookForSession(tx, { bookId: 1, session: { userId: 1, publicId: 1 } }),
    uses: [
      /SEARCH books USING INTEGER PRIMARY KEY/,
      /SEARCH users USING INTEGER PRIMARY KEY/,
      /SEARCH sessions USING COVERING INDEX sessions_public_id \(user_id=\? AND public_id=\?\)/,
    ],
  },
  {
    what: 'listing the catalogue after a book',
    work: (tx) => listBooks(tx, { inStock: undefined, afterId: 1, limit: 50 }),
    uses: [/SEARCH books USING INDEX books_by_title/],
  },
  {
    what: 'listing the books in stock after a book',
    work: (tx) => listBooks(tx, { inStock: true, afterId: 1, limit: 50 }),
    uses: [/SEARCH wanted_books USING COVERING INDEX wanted_books_by_title/],
  },
  {
    what: 'searching for a word',
    work: (tx) => searchBooks(tx, { query: sandworm, inStock: undefined, after: null, limit: 50 }),
    uses: [
      /SEARCH wanted_books USING COVERING INDEX wanted_books_by_title \(search_text>\? AND search_text<\?\)/,
      /SEARCH books USING INDEX books_by_title \(search_text>\? AND search_text<\?\)/,
      // In the order of ids, so nothing is sorted.
      /SCAN book_search VIRTUAL TABLE INDEX 192:M/,
      /SEARCH books USING INTEGER PRIMARY KEY/,
    ],
  },
  {
    what: 'reading books newest first',
    work: async (tx) => [
      await allById(tx, { before: 9, limit: 50 }),
      await wantedById(tx, { before: 9, limit: 50 }),
    ],
    uses: [
      /SEARCH books USING INTEGER PRIMARY KEY \(rowid<\?\)/,
      /SEARCH wanted_books USING INTEGER PRIMARY KEY \(rowid<\?\)/,
    ],
  },
  {
    what: 'searching accounts after an account',
    work: (tx) =>
      listUsers(tx, { text: 'old.account', role: 'reader', isActive: true, beforeId: 90_000, limit: 50 }),
    uses: [
      /^SEARCH users USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/,
      // In the order of ids, newest first, up to one.
      /^SCAN address_index VIRTUAL TABLE INDEX 192:M1<$/,
      /^SEARCH users USING INTEGER PRIMARY KEY \(rowid=\?\)$/,
    ],
  },
  {
    what: 'searching accounts for a text that is too short for the index',
    work: (tx) => listUsers(tx, { text: '~', role: 'reader', isActive: true, beforeId: 1_000, limit: 50 }),
    uses: [/^SEARCH users USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/],
  },
  {
    what: 'finding the open waitlist of a book',
    work: (tx) => findOpenWaitlist(tx, 1),
    uses: [/SEARCH waitlists USING INDEX waitlists_open \(book_id=\?\)/],
  },
  {
    what: 'finding the open waitlist of a book with the book',
    work: (tx) => findOpenWaitlistWithBook(tx, 1),
    uses: [/SEARCH waitlists USING INDEX waitlists_open \(book_id=\?\)/],
  },
  {
    what: 'closing the open waitlist of a book, the whole broadcast',
    work: (tx) => closeOpenWaitlist(tx, { bookId: 1, movementId: 1, now: 1 }),
    uses: [/SEARCH waitlists USING INDEX waitlists_open \(book_id=\?\)/],
  },
  {
    what: 'withdrawing a book and closing its open waitlist, the whole withdrawal',
    work: async (tx) => [
      await recordWithdrawal(tx, { bookId: 1, withdrawnAt: 1, successorId: null, now: 1 }),
      await withdrawOpenWaitlist(tx, { bookId: 1, now: 1, note: null }),
    ],
    uses: [
      /SEARCH books USING INTEGER PRIMARY KEY/,
      /SEARCH waitlists USING INDEX waitlists_open \(book_id=\?\)/,
    ],
  },
  {
    what: 'listing the prebooks of a user',
    work: (tx) => listPrebooks(tx, { ...page, userId: 1, status: undefined }),
    uses: [/SEARCH prebooks USING INDEX prebooks_user \(user_id=\? AND (?:rowid|id)<\?\)/],
  },
  {
    what: 'listing the prebooks of a user with one status, after a prebook',
    work: (tx) => listPrebooks(tx, { userId: 1, status: 'notified', beforeId: 9, limit: 50 }),
    uses: [/SEARCH prebooks USING INDEX prebooks_user \(user_id=\? AND (?:rowid|id)<\?\)/],
  },
  {
    what: 'finding a prebook of a user',
    work: (tx) => findPrebook(tx, { prebookId: 1, userId: 1 }),
    uses: [/SEARCH prebooks USING INTEGER PRIMARY KEY/],
  },
  {
    what: 'counting the readers ahead of a prebook',
    work: (tx) => countAhead(tx, { waitlistId: 1, prebookId: 9, cap: 1_000 }),
    uses: [/SEARCH prebooks USING INDEX prebooks_queue \(waitlist_id=\? AND (?:rowid|id)<\?\)/],
  },
  {
    what: 'listing the waiting readers',
    work: (tx) => listWaiting(tx, { waitlistId: 1, afterId: 5, limit: 50 }),
    uses: [/SEARCH prebooks USING INDEX prebooks_queue \(waitlist_id=\? AND (?:rowid|id)>\?\)/],
  },
  {
    what: 'listing the movements of a book',
    work: (tx) => listMovements(tx, { ...page, bookId: 1 }),
    uses: [
      /SEARCH stock_movements USING INDEX stock_movements_book/,
      /SEARCH waitlists USING INDEX waitlists_closed_by/,
    ],
  },
  {
    what: 'finding an earlier answer by its idempotency key',
    work: (tx) => findStockRequest(tx, { actor: { userId: 1 }, key: 'k' }),
    uses: [/SEARCH stock_requests USING INDEX stock_requests_actor \(actor_id=\? AND idempotency_key=\?\)/],
  },
  {
    what: 'listing the movements of all books',
    work: (tx) => listMovementsAfter(tx, { afterId: 5, limit: 50 }),
    uses: [/SEARCH stock_movements USING INTEGER PRIMARY KEY/],
  },
  {
    what: 'counting an attempt and taking it back',
    work: async (tx) => [
      await findCounts(tx, [throttle.key, 'f'.repeat(64)], 1),
      await countTry(tx, throttle, 1),
      await takeBackTry(tx, { key: throttle.key, expiresAt: 2 }),
      await keepMark(tx, throttle.key, 2),
    ],
    uses: [/SEARCH throttle_counts USING INDEX sqlite_autoindex_throttle_counts_1 \(key=\?\)/],
  },
  {
    what: 'deleting the counts of an account',
    work: (tx) => deleteCountsOf(tx, 'f'.repeat(32)),
    uses: [
      /SEARCH throttle_counts USING COVERING INDEX sqlite_autoindex_throttle_counts_1 \(key>\? AND key<\?\)/,
    ],
  },
  {
    what: 'deleting expired wishes',
    work: (tx) => deleteExpiredWishes(tx, 1),
    uses: [/SEARCH used_wishes USING (?:COVERING )?INDEX used_wishes_by_expiry/],
  },
  {
    what: 'forgetting the wishes of an account',
    work: (tx) => forgetWishesOf(tx, 1),
    uses: [/SEARCH used_wishes USING (?:COVERING )?INDEX used_wishes_of_prebook/],
  },
  {
    what: 'deleting the consents of an account',
    work: (tx) => deleteConsentsOf(tx, 1),
    uses: [/SEARCH consents USING INTEGER PRIMARY KEY/],
  },
  {
    what: 'deleting expired counts',
    work: (tx) => deleteExpiredCounts(tx, 1),
    uses: [/SEARCH throttle_counts USING (?:COVERING )?INDEX throttle_counts_expiry/],
  },
  {
    what: 'listing all prebooks of a user for an export',
    work: (tx) => listPrebooksAfter(tx, { userId: 1, afterId: 5, limit: 50 }),
    uses: [/SEARCH prebooks USING INDEX prebooks_user \(user_id=\? AND (?:rowid|id)>\?\)/],
  },
  {
    what: 'listing the prebooks that a user has not cancelled',
    work: (tx) => listUncancelledPrebooks(tx, { userId: 1, afterWaitlistId: 5, limit: 50 }),
    uses: [
      /SEARCH prebooks USING INDEX prebooks_live \(user_id=\? AND waitlist_id>\?\)/,
      /SEARCH waitlists USING INTEGER PRIMARY KEY/,
    ],
  },
  {
    what: 'listing the latest cancellations of a user',
    work: (tx) => listCancelledPrebooks(tx, { userId: 1, before: { id: 5, cancelledAt: 7 }, limit: 50 }),
    uses: [
      /SEARCH prebooks USING COVERING INDEX prebooks_cancelled \(user_id=\? AND cancelled_at>\? AND cancelled_at<\?\)/,
    ],
  },
  {
    what: 'reading some prebooks of a user',
    work: (tx) => listPrebooksById(tx, { userId: 1, ids: [5, 6, 7] }),
    uses: [
      /SEARCH prebooks USING (?:INTEGER PRIMARY KEY \(rowid=\?\)|INDEX prebooks_user \(user_id=\? AND (?:rowid|id)=\?\))/,
    ],
  },
  {
    what: 'finding which of the watching users were notified',
    work: (tx) => listPrebooksOnWaitlist(tx, { waitlistId: 1, userIds: [1, 2, 3] }),
    uses: [/SEARCH prebooks USING INDEX prebooks_live \(user_id=\? AND waitlist_id=\?\)/],
  },
  {
    what: 'finding waitlists and announcements without all their deliveries',
    work: (tx) => listUndispatched(tx, { now: 1, limit: 10 }),
    uses: [
      /waitlists USING INDEX waitlists_undispatched/,
      /SEARCH announcements USING (?:COVERING )?INDEX announcements_undispatched \(settles_at<\?\)/,
    ],
  },
  {
    what: 'creating the deliveries of a slice of a waitlist',
    work: (tx) => dispatchSlice(tx, { dispatch: { table: 'waitlists', id: 1 }, limit: 100, now: 1 }),
    uses: [/SEARCH waitlists USING INTEGER PRIMARY KEY/],
  },
  {
    what: 'creating the deliveries of a slice of an announcement',
    work: (tx) => dispatchSlice(tx, { dispatch: { table: 'announcements', id: 1 }, limit: 100, now: 1 }),
    uses: [/SEARCH announcements USING INTEGER PRIMARY KEY/],
  },
  {
    what: 'finding the announcement that still settles',
    work: (tx) => lockSettlingAnnouncement(tx, { waitlistId: 1, kind: 'expected-date' }),
    uses: [/SEARCH announcements USING INDEX announcements_settling \(waitlist_id=\? AND kind=\?\)/],
  },
  {
    what: 'finding the last prebook of a waitlist',
    work: (tx) => findLastPrebookId(tx, 1),
    uses: [/SEARCH prebooks USING COVERING INDEX/],
  },
  {
    what: 'listing overdue books',
    work: (tx) => listOverdueBooks(tx, { today: '2026-11-30', bookId: undefined, after: null, limit: 50 }),
    uses: [
      /SEARCH books USING INDEX books_overdue \(expected_until[<>]\?/,
      /SEARCH waitlists USING INDEX waitlists_open/,
    ],
  },
  {
    what: 'listing overdue books after one',
    work: (tx) =>
      listOverdueBooks(tx, {
        today: '2026-11-30',
        bookId: undefined,
        after: { until: '2026-05-11', id: 7 },
        limit: 50,
      }),
    uses: [/SEARCH books USING INDEX books_overdue \(expected_until>\? AND expected_until<\?\)/],
  },
  {
    what: 'checking whether an e-mail is due',
    work: (tx) => hasDueDelivery(tx, 'now', 1),
    uses: [
      /SEARCH deliveries USING (?:COVERING )?INDEX deliveries_due \(lane=\? AND state=\? AND next_attempt_at<\?\)/,
    ],
  },
  {
    what: 'reading the facts for an e-mail',
    work: async (tx) => [
      await findRestockFacts(tx, [1, 2]),
      await findWithdrawalFacts(tx, [1, 2]),
      await findAccountMailFacts(tx, [1, 2]),
    ],
    uses: [
      /SEARCH waitlists USING INDEX waitlists_open \(book_id=\?\)/,
      /SEARCH deliveries USING INTEGER PRIMARY KEY/,
      /SEARCH refusals USING (?:COVERING )?INDEX sqlite_autoindex_refusals_1 \(email=\?\)/,
      /SEARCH account_links USING INDEX sqlite_autoindex_account_links_1 \(user_id=\? AND purpose=\?\)/,
    ],
  },
  {
    what: 'listing deliveries of a state, of a book, and of both',
    work: async (tx) => [
      await listDeliveries(tx, { state: 'failed', bookId: undefined, beforeId: 9, limit: 50 }),
      await listDeliveries(tx, { state: 'failed', bookId: 1, beforeId: 9, limit: 50 }),
      await listDeliveryIds(tx, { state: 'failed', bookId: 1, afterId: 9, limit: 50 }),
    ],
    uses: [
      /SEARCH deliveries USING .*INDEX deliveries_by_state/,
      /SEARCH deliveries USING .*INDEX deliveries_of_book/,
    ],
  },
  {
    what: 'reading the facts for mail to an address without an account',
    work: (tx) => findWishMailFacts(tx, [1, 2]),
    uses: [
      /SEARCH deliveries USING INTEGER PRIMARY KEY/,
      /SEARCH users USING INDEX sqlite_autoindex_users_1 \(email=\?\)/,
    ],
  },
  {
    what: 'finding old mail to guests',
    work: async (tx) => [await hasOldWishMail(tx, 1), await deleteOldWishMail(tx, 1)],
    uses: [/SEARCH deliveries USING INDEX deliveries_backlog \(lane=\? AND queued_at<\?\)/],
  },
  {
    what: 'deleting the mail to a guest',
    work: (tx) => deleteWishMailTo(tx, 'a@example.org'),
    uses: [/SEARCH deliveries USING INDEX deliveries_(?:due \(lane=\? AND state=\?\)|backlog \(lane=\?\))/],
  },
  {
    what: 'deleting settled deliveries',
    work: (tx) => deleteSettledDeliveries(tx, { lane: 'bulk', state: 'sent', dueBy: 1 }),
    uses: [
      /SEARCH deliveries USING (?:INDEX deliveries_by_state \(state=\? AND (?:rowid|id)=\?\)|INTEGER PRIMARY KEY \(rowid=\?\))/,
      /SEARCH deliveries USING COVERING INDEX deliveries_due \(lane=\? AND state=\? AND next_attempt_at<\?\)/,
    ],
  },
  {
    what: 'deleting old stock requests',
    work: (tx) => deleteStockRequests(tx, 1),
    uses: [
      /SEARCH stock_requests USING INTEGER PRIMARY KEY/,
      /SEARCH stock_requests USING COVERING INDEX stock_requests_age \(created_at<\?\)/,
    ],
  },
  {
    what: 'finding a kept answer',
    work: (tx) => findKeptAnswer(tx, { principal: { userId: 1 }, key: 'k', after: 1 }),
    uses: [/SEARCH kept_answers USING INDEX sqlite_autoindex_kept_answers_1/],
  },
  {
    what: 'deleting old kept answers',
    work: (tx) => deleteKeptAnswers(tx, 1),
    uses: [
      /SEARCH kept_answers USING .*INDEX sqlite_autoindex_kept_answers_1/,
      /SEARCH kept_answers USING INDEX kept_answers_age \(created_at<\?\)/,
    ],
  },
  {
    what: 'deleting the kept answers of an account',
    work: (tx) => deleteKeptAnswersOf(tx, 1),
    uses: [
      /SEARCH kept_answers USING .*INDEX sqlite_autoindex_kept_answers_1/,
      /SEARCH kept_answers USING .*INDEX kept_answers_about/,
    ],
  },
  {
    what: 'closing expired links',
    work: (tx) => closeExpiredLinks(tx, 1),
    uses: [
      /SEARCH account_links USING INDEX sqlite_autoindex_account_links_1 \(user_id=\? AND purpose=\?\)/,
      /SEARCH account_links USING INDEX account_links_open \(expires_at>\? AND expires_at<\?\)/,
    ],
  },
  {
    what: 'listing the audit entries of an account, and of a subject',
    work: async (tx) => [
      await listAuditEntries(tx, { ...anyEntry, actorId: 1 }),
      await listAuditEntries(tx, { ...anyEntry, actorId: 1, subject: 'book:1', action: 'stock.set' }),
    ],
    uses: [
      /SEARCH audit_entries USING INDEX audit_entries_actor \(actor_id=\? AND (?:rowid|id)<\?\)/,
      /SEARCH audit_entries USING INDEX audit_entries_subject \(subject=\? AND (?:rowid|id)<\?\)/,
    ],
  },
  {
    what: 'listing the audit entries of a token',
    work: (tx) => listAuditEntries(tx, { ...anyEntry, tokenId: 1 }),
    uses: [/SEARCH audit_entries USING INDEX audit_entries_token \(token_id=\? AND (?:rowid|id)<\?\)/],
  },
  {
    what: 'finding a token, also by its hash before a rotation',
    work: async (tx) => [
      await findApiToken(tx, sessionId('a')),
      await findRotatedApiToken(tx, sessionId('a')),
    ],
    uses: [
      /SEARCH api_tokens USING INDEX sqlite_autoindex_api_tokens_1 \(hash=\?\)/,
      /SEARCH api_tokens USING INDEX sqlite_autoindex_api_tokens_2 \(previous_hash=\?\)/,
    ],
  },
  {
    what: 'listing and counting the tokens that an account made',
    work: async (tx) => [
      await listApiTokens(tx, { beforeId: 9, limit: 50, createdBy: 1, isActive: true, now: 1 }),
      await countActiveApiTokens(tx, { createdBy: 1, now: 1 }),
    ],
    uses: [
      /SEARCH api_tokens USING INDEX api_tokens_maker \(created_by=\? AND (?:rowid|id)<\?\)/,
      /SEARCH api_tokens USING INDEX api_tokens_maker \(created_by=\?\)/,
    ],
  },
  {
    what: 'listing the audit entries by or about an account',
    work: (tx) => listAuditEntriesOf(tx, { userId: 1, afterId: 9, limit: 50 }),
    uses: [
      /SEARCH audit_entries USING INDEX audit_entries_actor \(actor_id=\? AND (?:rowid|id)>\?\)/,
      /SEARCH audit_entries USING INDEX audit_entries_subject \(subject=\? AND (?:rowid|id)>\?\)/,
    ],
  },
  {
    what: 'listing audit entries, and searching them for an action',
    work: async (tx) => [
      await listAuditEntries(tx, anyEntry),
      await listAuditEntries(tx, { ...anyEntry, action: 'users.deactivate' }),
    ],
    uses: [/SEARCH audit_entries USING INTEGER PRIMARY KEY \((?:rowid|id)>\? AND (?:rowid|id)<\?\)/],
  },
]

/** A statement with its parameters inlined as literals. */
function inlined(sql: string, parameters: readonly unknown[]): string {
  const values = [...parameters]
  return sql.replaceAll(/\+?\?/g, () => {
    const value = values.shift()
    return typeof value === 'string' ? `'${value}'` : String(value)
  })
}

function run(statement: Sqlite.Statement, parameters: readonly unknown[]): void {
  if (statement.reader) statement.all(...parameters)
  else statement.run(...parameters)
}

/** The shortest time that each takes over many interleaved rounds. Noise on the machine only adds time. */
function leastTimes(works: (() => void)[]): [number, number] {
  const least = works.map(() => Infinity)
  for (let round = 0; round < 60; round += 1) {
    for (const [index, work] of works.entries()) {
      const started = performance.now()
      for (let count = 0; count < 20; count += 1) work()
      least[index] = Math.min(least[index] ?? Infinity, performance.now() - started)
    }
  }
  return [least[0] ?? 0, least[1] ?? 0]
}

/** Gives the planner the statistics of tables with a million rows, as ANALYZE would. */
function pretendMillions(database: Sqlite.Database): void {
  database.exec('analyze; delete from sqlite_stat1; delete from sqlite_stat4')
  const indexes = database
    .prepare<unknown[], { tbl: string; idx: string; columns: number; is_unique: number; partial: number }>(
      `select tables.name as tbl, list.name as idx, list."unique" as is_unique, list.partial,
        (select count(*) from pragma_index_info(list.name)) as columns
      from sqlite_schema as tables, pragma_index_list(tables.name) as list where tables.type = 'table'`,
    )
    .all()
  const insert = database.prepare('insert into sqlite_stat1 values (?, ?, ?)')
  for (const { tbl, idx, columns, is_unique, partial } of indexes) {
    const rows = partial === 1 ? 10_000 : 1_000_000
    // How many rows share the first column, the first two, and so on.
    const sharing = Array.from({ length: columns }, (_, index) =>
      index === columns - 1 && is_unique === 1 ? 1 : Math.ceil(rows / 1_000 ** (index + 1)),
    )
    insert.run(tbl, idx, [rows, ...sharing].join(' '))
  }
  database.exec('analyze sqlite_schema')
}

describe.each(['without statistics', 'with the statistics of a million rows'])(
  'the plan %s',
  (statistics) => {
    let explain: Awaited<ReturnType<typeof explained>>
    beforeAll(async () => {
      explain = await explained()
      await explain.db.transaction().execute(async (tx) => {
        await addBook(tx, { id: 1, title: 'A' })
        for (const id of [900, 1_000_000]) await addUser(tx, { id, email: `old.account${id}@example.org` })
        await recordAudit(tx, {
          at: 1,
          actor: { userId: 900 },
          action: 'users.reactivate',
          subject: 'user:1',
          details: {},
        })
      })
      if (statistics !== 'without statistics') pretendMillions(explain.database)
    })
    afterAll(() => explain[Symbol.asyncDispose]())

    test.each(hot)('of $what uses an index, scans no table, and sorts nothing', async ({ work, uses }) => {
      const plan = await explain.plan(work)
      expect(plan.filter((step) => wholeTable.test(step))).toEqual([])
      expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
      for (const step of uses) expect(plan).toContainEqual(expect.stringMatching(step))
    })

    test.each(hot)('of $what is made once, not on each run', async ({ work }) => {
      for (const { sql, parameters } of await explain.statements(work)) {
        const bound = explain.database.prepare(sql)
        const literal = explain.database.prepare(inlined(sql, parameters))
        const [withValues, withLiterals] = leastTimes([() => run(bound, parameters), () => run(literal, [])])
        // If it were made on each run, it would take at least three times as long.
        expect(withValues / withLiterals, sql).toBeLessThan(2)
      }
    })

    test('of joining a waitlist finds an existing live prebook by its unique index', async () => {
      const { waitlist, user } = await explain.db.transaction().execute(async (tx) => {
        const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
        await addPrebook(tx, { waitlist_id })
        return { waitlist: waitlist_id, user: 1_000_000 }
      })
      const [insert] = await explain.statements((tx) => {
        collectWaitingChanges(tx)
        return insertPrebook(tx, { waitlistId: waitlist, userId: user, now: 1 })
      })
      const program = explain.database
        .prepare<unknown[], { opcode: string; p1: number; p2: number }>(`explain ${insert?.sql}`)
        .all(...(insert?.parameters ?? []))
      const rootOf = explain.database.prepare('select rootpage from sqlite_master where name = ?').pluck()
      const root = rootOf.get('prebooks_live')
      const cursor = program.find((step) => step.opcode === 'OpenWrite' && step.p2 === root)?.p1
      // The foreign keys of deliveries and used wishes: the indexes have no entry for a new prebook.
      const ofPrebook = new Set(
        ['deliveries_of_prebook', 'used_wishes_of_prebook'].map((name) => rootOf.get(name)),
      )
      const probes = program.filter((step) => step.opcode === 'NoConflict').map((step) => step.p1)
      expect(probes).toEqual([cursor])
      const stored = new Set(
        program
          .filter((step) => /^Open(?:Read|Write)$/.test(step.opcode) && !ofPrebook.has(step.p2))
          .map((step) => step.p1),
      )
      const moves = program.filter((step) => /^(?:Rewind|Last|Next|Prev)$/.test(step.opcode))
      expect(moves.filter((step) => stored.has(step.p1))).toEqual([])
    })
  },
)
