import type { Tx } from '../../../database.ts'
import { closeExpiredLinks } from '../../../queries/account-links.ts'
import {
  countActiveApiTokens,
  findApiToken,
  findRotatedApiToken,
  listApiTokens,
} from '../../../queries/api-tokens.ts'
import { listAuditEntries, listAuditEntriesOf } from '../../../queries/audit-entries.ts'
import { findAvailability } from '../../../queries/availability.ts'
import {
  findBook,
  findBookByIsbn,
  findBookForSession,
  findBookIdByIsbn,
  listBooks,
} from '../../../queries/books.ts'
import { deleteConsentsOf } from '../../../queries/consents.ts'
import { findAccountMailFacts, hasDueDelivery } from '../../../queries/deliveries.ts'
import { findLastPrebookId, lockSettlingAnnouncement } from '../../../queries/announcements.ts'
import { listOverdueBooks } from '../../../queries/expected-dates.ts'
import { dispatchSlice, listUndispatched } from '../../../queries/deliveries-dispatch.ts'
import { listDeliveries, listDeliveryIds } from '../../../queries/deliveries-listing.ts'
import { findRestockFacts, findWithdrawalFacts } from '../../../queries/deliveries-about-prebooks.ts'
import { deleteSettledDeliveries } from '../../../queries/deliveries-retention.ts'
import {
  deleteOldWishMail,
  deleteWishMailTo,
  findWishMailFacts,
  hasOldWishMail,
} from '../../../queries/wish-mail.ts'
import { searchBooks } from '../../../queries/search-books.ts'
import { allById, wantedById } from '../../../queries/search-lists.ts'
import { countAhead, findPrebook, listPrebooks, listWaiting } from '../../../queries/prebooks.ts'
import { deleteExpiredSessions, findSession, listSessions } from '../../../queries/sessions.ts'
import { listMovements, listMovementsAfter } from '../../../queries/stock-movements.ts'
import { deleteKeptAnswers, deleteKeptAnswersOf, findKeptAnswer } from '../../../queries/kept-answers.ts'
import { deleteStockRequests, findStockRequest } from '../../../queries/stock-requests.ts'
import {
  countTry,
  deleteCountsOf,
  deleteExpiredCounts,
  findCounts,
  keepMark,
  takeBackTry,
} from '../../../queries/throttle-counts.ts'
import { deleteExpiredWishes, forgetWishesOf } from '../../../queries/used-wishes.ts'
import { findUserByEmail, hasOtherActiveAdmin, listUsers } from '../../../queries/users.ts'
import {
  listCancelledPrebooks,
  listPrebooksAfter,
  listPrebooksById,
  listPrebooksOnWaitlist,
  listUncancelledPrebooks,
} from '../../../queries/watched-prebooks.ts'
import {
  closeOpenWaitlist,
  findOpenWaitlist,
  findOpenWaitlistWithBook,
  withdrawOpenWaitlist,
} from '../../../queries/waitlists.ts'
import { recordWithdrawal } from '../../../queries/withdrawals.ts'
import { sessionId } from '../../../testing/rows.ts'

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

/** Queries on hot paths, and steps of their plans on SQLite. */
export const hotPlans: { what: string; work: (tx: Tx) => Promise<unknown>; uses: RegExp[] }[] = [
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
