import { parseSearch, type SearchQuery } from '@prebook/core'
import type { Tx } from '../database.ts'
import {
  countActiveApiTokens,
  findApiToken,
  findApiTokenNames,
  findRotatedApiToken,
  insertApiToken,
  listApiTokens,
  lockApiToken,
  recordApiTokenUse,
  updateApiToken,
} from '../queries/api-tokens.ts'
import { listAuditEntries, listAuditEntriesOf, recordAudit } from '../queries/audit-entries.ts'
import { findAvailability } from '../queries/availability.ts'
import {
  deleteAnnouncement,
  findLastPrebookId,
  insertAnnouncement,
  lockSettlingAnnouncement,
  replaceAnnouncement,
} from '../queries/announcements.ts'
import { listOverdueBooks, writeExpectedDate } from '../queries/expected-dates.ts'
import {
  booksInOrder,
  findBook,
  findBookByIsbn,
  findBookForSession,
  findBookIdByIsbn,
  findBooksByIsbn,
  findTitlePosition,
  hasBooks,
  insertBooks,
  insertBook,
  listBooks,
  moveStock,
  updateBook,
} from '../queries/books.ts'
import {
  closeAccountLink,
  closeAccountLinks,
  closeExpiredLinks,
  findAccountLink,
  listAccountLinks,
  openAccountLink,
  openExpiredAccountLink,
} from '../queries/account-links.ts'
import { catalogueSample } from '../queries/catalogue-sample.ts'
import { correctSearch, findSearchWords } from '../queries/correct-search.ts'
import { searchBooks } from '../queries/search-books.ts'
import { allById, allByTitle, someBooks, wantedById, wantedByTitle } from '../queries/search-lists.ts'
import { deleteConsentsOf, insertConsent, listConsents } from '../queries/consents.ts'
import { countJoins } from '../queries/count-joins.ts'
import {
  addInstallationValue,
  deleteInstallationValue,
  findInstallationValue,
} from '../queries/installation.ts'
import {
  completeErasure,
  deleteStockRequestsOf,
  eraseIdentity,
  listUnfinishedErasures,
} from '../queries/erasures.ts'
import { findLinkedPrebook } from '../queries/deliveries-links.ts'
import { dispatchSlice, listUndispatched } from '../queries/deliveries-dispatch.ts'
import { deleteSettledDeliveries } from '../queries/deliveries-retention.ts'
import {
  findExpectedDateFacts,
  findRestockFacts,
  findWithdrawalFacts,
} from '../queries/deliveries-about-prebooks.ts'
import {
  countBacklog,
  findDelivery,
  findDeliveryAddress,
  listDeliveries,
  listDeliveriesTo,
  listDeliveryIds,
  requeueDeliveries,
} from '../queries/deliveries-listing.ts'
import {
  claimDeliveries,
  concludeDelivery,
  findAccountMailFacts,
  findUnprovenAccount,
  hasDueDelivery,
  renewLeases,
  skipUnsentMail,
} from '../queries/deliveries.ts'
import {
  cancelWaiting,
  countAhead,
  countLivePrebooks,
  findLivePrebookId,
  findPrebook,
  insertPrebook,
  listAwaitedBooks,
  listPrebooks,
  listWaiting,
  recordCancellation,
} from '../queries/prebooks.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionByPublicId,
  deleteSessionsOf,
  findSession,
  insertSession,
  listSessions,
  listSessionsById,
  moveSessionExpiry,
  recordSessionUse,
} from '../queries/sessions.ts'
import {
  insertMovement,
  insertMovements,
  listLatestMovementIds,
  listMovements,
  listMovementsAfter,
  listMovementsBy,
} from '../queries/stock-movements.ts'
import {
  deleteKeptAnswers,
  deleteKeptAnswersOf,
  findKeptAnswer,
  keepAnswer,
  listKeptAnswers,
} from '../queries/kept-answers.ts'
import { queueMail } from '../queries/queue-mail.ts'
import { deleteSuppressions, listRefusals, recordRefusal } from '../queries/suppressions.ts'
import {
  deleteStockRequests,
  findStockRequest,
  findStockRequests,
  insertStockRequest,
  listStockRequests,
} from '../queries/stock-requests.ts'
import {
  countTry,
  deleteCountsOf,
  deleteExpiredCounts,
  deleteMarksOf,
  findCounts,
  keepMark,
  takeBackTry,
} from '../queries/throttle-counts.ts'
import {
  claimWish,
  deleteExpiredWishes,
  findUsedWish,
  forgetWishesOf,
  recordWishPrebook,
} from '../queries/used-wishes.ts'
import {
  findEmails,
  findUser,
  findUserByEmail,
  hasOtherActiveAdmin,
  insertUser,
  listUsers,
  lockUser,
  replacePasswordHash,
  revokeManageLinks,
  updateUser,
} from '../queries/users.ts'
import {
  changeWaiting,
  closeOpenWaitlist,
  ensureOpenWaitlist,
  findOpenWaitlist,
  findOpenWaitlistWithBook,
  findWaitlist,
  listOpenWaitlists,
  openWaitlist,
  withdrawOpenWaitlist,
} from '../queries/waitlists.ts'
import { recordWithdrawal } from '../queries/withdrawals.ts'
import {
  listCancelledPrebooks,
  listPrebooksAfter,
  listPrebooksById,
  listPrebooksOnWaitlist,
  listUncancelledPrebooks,
} from '../queries/watched-prebooks.ts'
import {
  deleteOldWishMail,
  deleteWishMailTo,
  findWishMailFacts,
  hasOldWishMail,
} from '../queries/wish-mail.ts'
import type { Store } from '../store.ts'

/** Rows for the queries below: a shop with one book that has a very long waitlist. */
export type HotShop = {
  /** The book, its waitlist, and a prebook in the middle of the queue. */
  bookId: number
  waitlistId: number
  prebookId: number
  userId: number
  /** A closed waitlist. */
  closedWaitlistId: number
  /** An announcement that is not dispatched yet. */
  announcementId: number
  adminId: number
  deliveryId: number
}

/** A query by its function. */
export type HotQuery = { what: string; work: (tx: Tx, shop: HotShop) => Promise<unknown> }

const firstPage = { beforeId: null, limit: 50 }
const anyEntry = {
  ...firstPage,
  actorId: undefined,
  tokenId: undefined,
  subject: undefined,
  action: undefined,
}

const titleRange = { after: { search_text: '7f', id: 7 }, before: '7g', limit: 1_000 }

function wordsOf(text: string): SearchQuery {
  const query = parseSearch(text)
  if (query === null) throw new Error(`${text} has no words.`)
  return query
}

const searchFor = (text: string) => ({ query: wordsOf(text), inStock: undefined, after: null, limit: 50 })

/** Searches in steps, each over a whole list. A step may cost more than another statement, but reads only its part. */
export const searches: HotQuery[] = [
  { what: 'allByTitle', work: (tx) => allByTitle(tx, titleRange) },
  { what: 'wantedByTitle', work: (tx) => wantedByTitle(tx, titleRange) },
  { what: 'allById', work: (tx) => allById(tx, { before: 90_000, limit: 1_000 }) },
  { what: 'wantedById', work: (tx) => wantedById(tx, { before: 90_000, limit: 1_000 }) },
  { what: 'someBooks', work: (tx) => someBooks(tx, [7, 8, 9]) },
  { what: 'catalogueSample', work: (tx) => catalogueSample(tx) },
  { what: 'searchBooks by a word', work: (tx) => searchBooks(tx, searchFor('zzqxv')) },
  {
    what: 'searchBooks by two words, in stock',
    work: (tx) => searchBooks(tx, { ...searchFor('spider-man x'), inStock: true }),
  },
  { what: 'correctSearch', work: (tx) => correctSearch(tx, wordsOf('zzqxv')) },
  {
    what: 'listBooks in stock',
    work: (tx) => listBooks(tx, { inStock: true, afterId: 7, limit: 50 }),
  },
  {
    what: 'listBooks out of stock',
    work: (tx) => listBooks(tx, { inStock: false, afterId: 7, limit: 50 }),
  },
  {
    what: 'listUsers by a text that no address has',
    work: (tx) =>
      listUsers(tx, { text: 'zzqxv', role: 'reader', isActive: true, beforeId: 50_000, limit: 50 }),
  },
  {
    what: 'listUsers by a text that one old address has',
    work: (tx) =>
      listUsers(tx, { text: 'der777@', role: undefined, isActive: undefined, beforeId: null, limit: 50 }),
  },
  {
    what: 'listUsers by a text too short for the index',
    work: (tx) => listUsers(tx, { text: '~', role: undefined, isActive: true, beforeId: 50_000, limit: 50 }),
  },
  {
    what: 'listAuditEntries of an action',
    work: (tx) => listAuditEntries(tx, { ...anyEntry, action: 'users.reactivate' }),
  },
  {
    what: 'listAuditEntries of an action by an account',
    work: (tx, { adminId }) =>
      listAuditEntries(tx, { ...anyEntry, actorId: adminId, action: 'users.reactivate', beforeId: 40_000 }),
  },
]

const overdue = { today: '2026-11-30', bookId: undefined, after: null, limit: 50 }
const news = { details: '{}', lastPrebookId: 7, settlesAt: 9 }

const newBook = {
  title: 'New',
  author: 'Somebody',
  isbn: '9999999999999',
  price_cents: 1,
  description: null,
  stock_quantity: 0,
  search_text: 'new\t/somebody',
  created_at: 1,
  updated_at: 1,
}
const isbns = Array.from({ length: 256 }, (_, index) => String(9_780_000_000_007 + index * 9_000))
const key = 'f'.repeat(64)
const throttle = { key, limit: 20, windowMs: 1_000 }
const anyToken = { ...firstPage, createdBy: undefined, isActive: undefined, now: 1 }

/** Every other query of the service, by its function. Some appear again with inputs that produce another statement. */
export const hotQueries: HotQuery[] = [
  { what: 'findBook', work: (tx, { bookId }) => findBook(tx, bookId) },
  {
    what: 'findBookForSession',
    work: (tx, { bookId, userId }) => findBookForSession(tx, { bookId, session: { userId, publicId: 7 } }),
  },
  { what: 'hasBooks', work: (tx) => hasBooks(tx) },
  { what: 'findBookByIsbn', work: (tx) => findBookByIsbn(tx, '9780000000007') },
  { what: 'findBookIdByIsbn', work: (tx) => findBookIdByIsbn(tx, '9780000000007') },
  {
    what: 'listBooks',
    work: (tx) => listBooks(tx, { inStock: undefined, afterId: null, limit: 50 }),
  },
  {
    what: 'listBooks after a book',
    work: (tx) => listBooks(tx, { inStock: undefined, afterId: 7, limit: 50 }),
  },
  { what: 'findBooksByIsbn', work: (tx) => findBooksByIsbn(tx, isbns) },
  { what: 'findAvailability', work: (tx) => findAvailability(tx, isbns.slice(0, 50)) },
  { what: 'findTitlePosition', work: (tx) => findTitlePosition(tx, 7) },
  { what: 'booksInOrder', work: (tx) => booksInOrder(tx, [{ id: 7 }, { id: 8 }], 50) },
  { what: 'findSearchWords', work: (tx) => findSearchWords(tx, ['0000', 'zzqxv']) },
  { what: 'insertBook', work: (tx) => insertBook(tx, newBook) },
  { what: 'insertBooks', work: (tx) => insertBooks(tx, [newBook, { ...newBook, isbn: null }]) },
  {
    what: 'updateBook',
    work: (tx, { bookId }) => {
      const { stock_quantity: _, created_at: __, ...fields } = newBook
      return updateBook(tx, bookId, fields)
    },
  },
  {
    what: 'moveStock',
    work: (tx, { bookId }) => moveStock(tx, { bookId, before: 0, after: 5, now: 1 }),
  },
  {
    what: 'moveStock of a book in stock',
    work: async (tx, { bookId }) => {
      await moveStock(tx, { bookId, before: 0, after: 5, now: 1 })
      return moveStock(tx, { bookId, before: 5, after: 4, now: 2 })
    },
  },
  {
    what: 'recordWithdrawal',
    work: (tx, { bookId }) => recordWithdrawal(tx, { bookId, withdrawnAt: 1, successorId: null, now: 1 }),
  },
  { what: 'findSession', work: (tx) => findSession(tx, key) },
  { what: 'listSessions', work: (tx, { userId }) => listSessions(tx, { userId, now: 1, limit: 100 }) },
  {
    what: 'listSessionsById',
    work: (tx, { userId }) => listSessionsById(tx, { userId, afterId: 7, limit: 500 }),
  },
  {
    what: 'insertSession',
    work: (tx, { userId }) =>
      insertSession(tx, { id: key, user_id: userId, created_at: 1, expires_at: 2, public_id: 3 }),
  },
  { what: 'moveSessionExpiry', work: (tx) => moveSessionExpiry(tx, key, 3) },
  { what: 'recordSessionUse', work: (tx) => recordSessionUse(tx, key, { hour: 3, agent: 'curl' }) },
  { what: 'deleteSession', work: (tx) => deleteSession(tx, key) },
  { what: 'deleteSessionsOf', work: (tx, { userId }) => deleteSessionsOf(tx, userId) },
  {
    what: 'deleteSessionsOf, except one',
    work: (tx, { userId }) => deleteSessionsOf(tx, userId, key),
  },
  {
    what: 'deleteSessionByPublicId',
    work: (tx, { userId }) => deleteSessionByPublicId(tx, { userId, publicId: 7, now: 1 }),
  },
  { what: 'deleteExpiredSessions', work: (tx) => deleteExpiredSessions(tx, 1) },
  { what: 'findApiToken', work: (tx) => findApiToken(tx, key) },
  { what: 'findRotatedApiToken', work: (tx) => findRotatedApiToken(tx, key) },
  {
    what: 'insertApiToken',
    work: (tx, { adminId }) =>
      insertApiToken(tx, { name: 'Till', hash: key, scopes: '', created_by: adminId, created_at: 1 }),
  },
  { what: 'lockApiToken', work: (tx) => lockApiToken(tx, 7) },
  { what: 'updateApiToken', work: (tx) => updateApiToken(tx, 7, { revoked_at: 1 }) },
  { what: 'recordApiTokenUse', work: (tx) => recordApiTokenUse(tx, 7, 60_000) },
  { what: 'listApiTokens', work: (tx) => listApiTokens(tx, anyToken) },
  {
    what: 'listApiTokens that work, of an account, before a token',
    work: (tx, { adminId }) =>
      listApiTokens(tx, { ...anyToken, createdBy: adminId, isActive: true, beforeId: 900 }),
  },
  {
    what: 'listApiTokens that do not work',
    work: (tx) => listApiTokens(tx, { ...anyToken, isActive: false, beforeId: 900 }),
  },
  {
    what: 'countActiveApiTokens',
    work: (tx, { adminId }) => countActiveApiTokens(tx, { createdBy: adminId, now: 1 }),
  },
  { what: 'findApiTokenNames', work: (tx) => findApiTokenNames(tx, [7, 8]) },
  { what: 'findUser', work: (tx, { userId }) => findUser(tx, userId) },
  { what: 'findUserByEmail', work: (tx) => findUserByEmail(tx, 'reader7@example.org') },
  { what: 'lockUser', work: (tx, { userId }) => lockUser(tx, { userId }) },
  { what: 'lockUser by address', work: (tx) => lockUser(tx, { email: 'reader7@example.org' }) },
  { what: 'revokeManageLinks', work: (tx, { userId }) => revokeManageLinks(tx, userId) },
  { what: 'hasOtherActiveAdmin', work: (tx, { adminId }) => hasOtherActiveAdmin(tx, adminId) },
  {
    what: 'insertUser',
    work: (tx) =>
      insertUser(tx, { email: 'new@example.org', passwordHash: 'x', role: 'reader' as const, now: 1 }),
  },
  { what: 'eraseIdentity', work: (tx, { userId }) => eraseIdentity(tx, userId) },
  { what: 'completeErasure', work: (tx, { userId }) => completeErasure(tx, { userId, now: 1 }) },
  {
    what: 'listUnfinishedErasures',
    work: (tx) => listUnfinishedErasures(tx, { afterId: 7, limit: 50 }),
  },
  {
    what: 'deleteStockRequestsOf',
    work: (tx, { adminId }) => deleteStockRequestsOf(tx, adminId),
  },
  { what: 'findEmails', work: (tx, { userId }) => findEmails(tx, [userId, userId + 1]) },
  { what: 'updateUser', work: (tx, { userId }) => updateUser(tx, userId, { mail_opt_out: 1 }) },
  {
    what: 'replacePasswordHash',
    work: (tx, { userId }) => replacePasswordHash(tx, { userId, from: 'x', to: 'y' }),
  },
  {
    what: 'listUsers',
    work: (tx) =>
      listUsers(tx, { text: undefined, role: undefined, isActive: undefined, beforeId: 900, limit: 50 }),
  },
  { what: 'findOpenWaitlist', work: (tx, { bookId }) => findOpenWaitlist(tx, bookId) },
  { what: 'ensureOpenWaitlist', work: (tx, { bookId }) => ensureOpenWaitlist(tx, bookId + 1, 1) },
  { what: 'openWaitlist', work: (tx, { bookId }) => openWaitlist(tx, bookId + 1, 1) },
  {
    what: 'closeOpenWaitlist',
    work: async (tx, { bookId, adminId }) => {
      const movement = { book_id: bookId, delta: 1, quantity_after: 1, actor_id: adminId, token_id: null }
      const { id } = await insertMovement(tx, { ...movement, note: null, created_at: 1 })
      return closeOpenWaitlist(tx, { bookId, movementId: id, now: 1 })
    },
  },
  {
    what: 'withdrawOpenWaitlist',
    work: (tx, { bookId }) => withdrawOpenWaitlist(tx, { bookId, now: 1, note: null }),
  },
  {
    what: 'writeExpectedDate',
    work: (tx, { bookId }) =>
      writeExpectedDate(tx, { bookId, expectedOn: '2027-03', expectedUntil: '2027-03-31', now: 1 }),
  },
  { what: 'listOverdueBooks', work: (tx) => listOverdueBooks(tx, overdue) },
  {
    what: 'listOverdueBooks after a book',
    work: (tx) => listOverdueBooks(tx, { ...overdue, after: { until: '2026-05-11', id: 7 } }),
  },
  {
    what: 'listOverdueBooks of a book',
    work: (tx, { bookId }) => listOverdueBooks(tx, { ...overdue, bookId }),
  },
  {
    what: 'lockSettlingAnnouncement',
    work: (tx, { waitlistId }) => lockSettlingAnnouncement(tx, { waitlistId, kind: 'expected-date' }),
  },
  {
    what: 'insertAnnouncement',
    work: (tx, { bookId, waitlistId }) =>
      insertAnnouncement(tx, { ...news, bookId, waitlistId, kind: 'expected-date', now: 1 }),
  },
  {
    what: 'replaceAnnouncement',
    work: (tx, { announcementId }) => replaceAnnouncement(tx, announcementId, news),
  },
  { what: 'deleteAnnouncement', work: (tx, { announcementId }) => deleteAnnouncement(tx, announcementId) },
  { what: 'findLastPrebookId', work: (tx, { waitlistId }) => findLastPrebookId(tx, waitlistId) },
  { what: 'findWaitlist', work: (tx, { waitlistId }) => findWaitlist(tx, waitlistId) },
  { what: 'changeWaiting', work: (tx, { waitlistId }) => changeWaiting(tx, { waitlistId, by: 1 }) },
  { what: 'listOpenWaitlists', work: (tx) => listOpenWaitlists(tx, { afterId: 7, limit: 50 }) },
  { what: 'findOpenWaitlistWithBook', work: (tx, { bookId }) => findOpenWaitlistWithBook(tx, bookId) },
  {
    what: 'findLivePrebookId',
    work: (tx, { waitlistId, userId }) => findLivePrebookId(tx, { waitlistId, userId }),
  },
  { what: 'findPrebook', work: (tx, { prebookId, userId }) => findPrebook(tx, { prebookId, userId }) },
  {
    what: 'listPrebooks',
    work: (tx, { userId }) => listPrebooks(tx, { ...firstPage, userId, status: undefined }),
  },
  {
    what: 'listPrebooks of a status, before a prebook',
    work: (tx, { userId }) => listPrebooks(tx, { userId, status: 'notified', beforeId: 900, limit: 50 }),
  },
  {
    what: 'insertPrebook',
    work: (tx, { waitlistId, adminId }) => insertPrebook(tx, { waitlistId, userId: adminId, now: 1 }),
  },
  {
    what: 'recordCancellation',
    work: (tx, { prebookId }) => recordCancellation(tx, { prebookId, cancelledFrom: 'waiting', now: 1 }),
  },
  {
    what: 'countAhead',
    work: (tx, { waitlistId, prebookId }) => countAhead(tx, { waitlistId, prebookId, cap: 1_000 }),
  },
  {
    what: 'listWaiting',
    work: (tx, { waitlistId, prebookId }) => listWaiting(tx, { waitlistId, afterId: prebookId, limit: 50 }),
  },
  {
    what: 'listPrebooksAfter',
    work: (tx, { userId }) => listPrebooksAfter(tx, { userId, afterId: 7, limit: 50 }),
  },
  {
    what: 'listUncancelledPrebooks',
    work: (tx, { userId }) => listUncancelledPrebooks(tx, { userId, afterWaitlistId: 0, limit: 50 }),
  },
  {
    what: 'listCancelledPrebooks',
    work: (tx, { userId }) =>
      listCancelledPrebooks(tx, { userId, before: { id: 7, cancelledAt: 9 }, limit: 50 }),
  },
  {
    what: 'listPrebooksById',
    work: (tx, { userId, prebookId }) => listPrebooksById(tx, { userId, ids: [prebookId, prebookId + 1] }),
  },
  {
    what: 'listPrebooksOnWaitlist',
    work: (tx, { waitlistId, userId }) =>
      listPrebooksOnWaitlist(tx, { waitlistId, userIds: [userId, userId + 1, userId + 2] }),
  },
  {
    what: 'countJoins',
    work: (tx, { waitlistId }) => countJoins(asStore(tx), waitlistId, { now: 1, days: 7 }),
  },
  { what: 'listMovements', work: (tx, { bookId }) => listMovements(tx, { ...firstPage, bookId }) },
  {
    what: 'listMovementsBy',
    work: (tx, { adminId }) => listMovementsBy(tx, { userId: adminId, afterId: 7, limit: 500 }),
  },
  { what: 'listMovementsAfter', work: (tx) => listMovementsAfter(tx, { afterId: 7, limit: 50 }) },
  { what: 'listLatestMovementIds', work: (tx) => listLatestMovementIds(tx, 50) },
  {
    what: 'insertMovement',
    work: (tx, { bookId, adminId }) =>
      insertMovement(tx, {
        book_id: bookId,
        delta: 1,
        quantity_after: 1,
        actor_id: adminId,
        token_id: null,
        note: null,
        created_at: 1,
      }),
  },
  {
    what: 'insertMovements',
    work: (tx, { bookId, adminId }) =>
      insertMovements(tx, [
        {
          book_id: bookId,
          delta: 1,
          quantity_after: 1,
          actor_id: adminId,
          token_id: null,
          note: null,
          created_at: 1,
        },
      ]),
  },
  {
    what: 'findStockRequest',
    work: (tx, { adminId }) => findStockRequest(tx, { actor: { userId: adminId }, key }),
  },
  { what: 'findStockRequest of a token', work: (tx) => findStockRequest(tx, { actor: { tokenId: 7 }, key }) },
  {
    what: 'findStockRequests',
    work: (tx, { adminId }) =>
      findStockRequests(tx, { actor: { userId: adminId }, keys: ['key 7', 'key 8', 'key 9'] }),
  },
  {
    what: 'insertStockRequest',
    work: (tx, { adminId }) =>
      insertStockRequest(tx, { actor: { userId: adminId }, key, requestHash: 'x', answer: '{}' }, 1),
  },
  {
    what: 'listStockRequests',
    work: (tx, { adminId }) => listStockRequests(tx, { userId: adminId, afterKey: 'key 7', limit: 500 }),
  },
  {
    what: 'findKeptAnswer',
    work: (tx, { adminId }) => findKeptAnswer(tx, { principal: { userId: adminId }, key: 'key 7', after: 1 }),
  },
  {
    what: 'keepAnswer',
    work: (tx, { adminId, userId }) =>
      keepAnswer(
        tx,
        { principal: { userId: adminId }, key, fingerprint: key, answer: '{}', aboutUserId: userId },
        { now: 900, expired: 7 },
      ),
  },
  {
    what: 'listKeptAnswers',
    work: (tx, { adminId }) => listKeptAnswers(tx, { userId: adminId, afterKey: 'key 7', limit: 500 }),
  },
  { what: 'deleteKeptAnswers', work: (tx) => deleteKeptAnswers(tx, 900) },
  { what: 'deleteKeptAnswersOf', work: (tx, { adminId }) => deleteKeptAnswersOf(tx, adminId) },
  { what: 'findCounts', work: (tx) => findCounts(tx, [key, 'e'.repeat(64)], 1) },
  { what: 'countTry', work: (tx) => countTry(tx, throttle, 1) },
  { what: 'takeBackTry', work: (tx) => takeBackTry(tx, { key, expiresAt: 1_001 }) },
  { what: 'keepMark', work: (tx) => keepMark(tx, key, 1) },
  { what: 'deleteCountsOf', work: (tx) => deleteCountsOf(tx, key.slice(32)) },
  { what: 'deleteMarksOf', work: (tx) => deleteMarksOf(tx, key.slice(32), 1) },
  { what: 'findInstallationValue', work: (tx) => findInstallationValue(tx, 'signing-key') },
  { what: 'deleteInstallationValue', work: (tx) => deleteInstallationValue(tx, 'x') },
  { what: 'addInstallationValue', work: (tx) => addInstallationValue(tx, 'signing-key', 'x') },
  { what: 'claimWish', work: (tx) => claimWish(tx, { hash: key, expiresAt: 1 }) },
  { what: 'findUsedWish', work: (tx) => findUsedWish(tx, key) },
  {
    what: 'recordWishPrebook',
    work: (tx, { prebookId }) => recordWishPrebook(tx, { hash: key, prebookId, manageGeneration: 0 }),
  },
  { what: 'forgetWishesOf', work: (tx, { userId }) => forgetWishesOf(tx, userId) },
  { what: 'deleteExpiredWishes', work: (tx) => deleteExpiredWishes(tx, 1) },
  {
    what: 'insertConsent',
    work: (tx, { prebookId }) => insertConsent(tx, { prebookId, version: 'v', locale: 'en', givenAt: 1 }),
  },
  { what: 'listConsents', work: (tx, { userId }) => listConsents(tx, { userId, afterId: 7, limit: 500 }) },
  { what: 'deleteConsentsOf', work: (tx, { userId }) => deleteConsentsOf(tx, userId) },
  { what: 'deleteExpiredCounts', work: (tx) => deleteExpiredCounts(tx, 1) },
  { what: 'listUndispatched', work: (tx) => listUndispatched(tx, { now: 1, limit: 10 }) },
  {
    what: 'dispatchSlice',
    work: (tx, { closedWaitlistId }) =>
      dispatchSlice(tx, { dispatch: { table: 'waitlists', id: closedWaitlistId }, limit: 500, now: 1 }),
  },
  {
    what: 'dispatchSlice of an announcement',
    work: (tx, { announcementId }) =>
      dispatchSlice(tx, { dispatch: { table: 'announcements', id: announcementId }, limit: 500, now: 1 }),
  },
  {
    what: 'claimDeliveries',
    work: (tx) => claimDeliveries(tx, { lane: 'bulk', limit: 20, token: 't', now: 1, leaseMs: 1_000 }),
  },
  { what: 'renewLeases', work: (tx) => renewLeases(tx, { tokens: ['t'], ids: [1, 2, 3], expiresAt: 9 }) },
  {
    what: 'concludeDelivery',
    work: (tx, { deliveryId }) =>
      concludeDelivery(tx, { id: deliveryId, kind: 'restock', token: 't' }, { state: 'sent', at: 1 }),
  },
  {
    what: 'findExpectedDateFacts',
    work: (tx, { deliveryId }) => findExpectedDateFacts(tx, [deliveryId, deliveryId + 1]),
  },
  {
    what: 'findRestockFacts',
    work: (tx, { deliveryId }) => findRestockFacts(tx, [deliveryId, deliveryId + 1]),
  },
  {
    what: 'findWithdrawalFacts',
    work: (tx, { deliveryId }) => findWithdrawalFacts(tx, [deliveryId, deliveryId + 1]),
  },
  {
    what: 'findAccountMailFacts',
    work: (tx, { deliveryId }) => findAccountMailFacts(tx, [deliveryId, deliveryId + 1]),
  },
  {
    what: 'findWishMailFacts',
    work: (tx, { deliveryId }) => findWishMailFacts(tx, [deliveryId, deliveryId + 1]),
  },
  {
    what: 'findLinkedPrebook',
    work: (tx, { prebookId }) => findLinkedPrebook(tx, prebookId),
  },
  {
    what: 'concludeDelivery of mail that leaves no row',
    work: (tx, { deliveryId }) =>
      concludeDelivery(tx, { id: deliveryId, kind: 'confirm', token: 't' }, { state: 'sent', at: 1 }),
  },
  {
    what: 'concludeDelivery of a refused mail',
    work: (tx, { deliveryId }) =>
      concludeDelivery(
        tx,
        { id: deliveryId, kind: 'restock', token: 't' },
        { state: 'failed', error: 'x', refusal: { email: 'a@example.org', permanent: true, at: 1 } },
      ),
  },
  {
    what: 'recordRefusal',
    work: (tx, { deliveryId }) =>
      recordRefusal(tx, { email: 'a@example.org', deliveryId, permanent: false, at: 1 }),
  },
  { what: 'deleteSuppressions', work: (tx) => deleteSuppressions(tx, 'a@example.org') },
  {
    what: 'queueMail',
    work: (tx, { userId }) =>
      queueMail(tx, { kind: 'reset', lane: 'now', userId, dedupeKey: 'reset:x', payload: {}, now: 1 }),
  },
  {
    what: 'openAccountLink',
    work: (tx, { userId }) => openAccountLink(tx, { userId, purpose: 'reset', expiresAt: 1 }),
  },
  { what: 'findAccountLink', work: (tx, { userId }) => findAccountLink(tx, userId, 'reset') },
  {
    what: 'closeAccountLink',
    work: (tx, { userId }) => closeAccountLink(tx, { userId, purpose: 'reset', generation: 1 }),
  },
  {
    what: 'openExpiredAccountLink',
    work: (tx, { userId }) => openExpiredAccountLink(tx, { userId, purpose: 'invite', expiresAt: 1 }, 1),
  },
  {
    what: 'closeAccountLinks',
    work: (tx, { userId }) => closeAccountLinks(tx, userId, ['verify', 'reset']),
  },
  {
    what: 'listAccountLinks',
    work: (tx, { userId }) => listAccountLinks(tx, { userId, after: '', limit: 500 }),
  },
  {
    what: 'listRefusals',
    work: (tx) => listRefusals(tx, { email: 'a@example.org', afterId: 7, limit: 500 }),
  },
  {
    what: 'findUnprovenAccount',
    work: (tx, { deliveryId }) => findUnprovenAccount(tx, deliveryId),
  },
  { what: 'listAwaitedBooks', work: (tx, { userId }) => listAwaitedBooks(tx, { userId, limit: 500 }) },
  {
    what: 'cancelWaiting',
    work: (tx, { userId, bookId }) => cancelWaiting(tx, { userId, bookIds: [bookId], now: 1 }),
  },
  { what: 'countLivePrebooks', work: (tx, { userId }) => countLivePrebooks(tx, { userId, cap: 1_001 }) },
  { what: 'hasDueDelivery', work: (tx) => hasDueDelivery(tx, 'now', 1) },
  {
    what: 'listDeliveries',
    work: (tx) => listDeliveries(tx, { ...firstPage, state: undefined, bookId: undefined }),
  },
  {
    what: 'listDeliveries of a book, before a delivery',
    work: (tx, { bookId }) => listDeliveries(tx, { state: undefined, bookId, beforeId: 900, limit: 50 }),
  },
  {
    what: 'listDeliveries of a state',
    work: (tx) => listDeliveries(tx, { ...firstPage, state: 'failed', bookId: undefined }),
  },
  {
    what: 'listDeliveriesTo',
    work: (tx, { userId }) => listDeliveriesTo(tx, { userId, afterId: 7, limit: 500 }),
  },
  { what: 'findDeliveryAddress', work: (tx, { deliveryId }) => findDeliveryAddress(tx, deliveryId) },
  { what: 'findDelivery', work: (tx, { deliveryId }) => findDelivery(tx, deliveryId) },
  {
    what: 'listDeliveryIds',
    work: (tx) => listDeliveryIds(tx, { state: 'failed', bookId: undefined, afterId: 7, limit: 50 }),
  },
  {
    what: 'listDeliveryIds of a book',
    work: (tx, { bookId }) => listDeliveryIds(tx, { state: 'held', bookId, afterId: 7, limit: 50 }),
  },
  {
    what: 'skipUnsentMail',
    work: (tx, { userId }) =>
      skipUnsentMail(tx, { userId, kinds: ['restock', 'withdrawal'], reason: 'unverified' }),
  },
  {
    what: 'requeueDeliveries',
    work: (tx) => requeueDeliveries(tx, { ids: [1, 2, 3], states: ['failed'], now: 1 }),
  },
  {
    what: 'deleteSettledDeliveries',
    work: (tx) => deleteSettledDeliveries(tx, { lane: 'bulk', state: 'sent', dueBy: 900 }),
  },
  {
    what: 'deleteSettledDeliveries of a rare state',
    work: (tx) => deleteSettledDeliveries(tx, { lane: 'now', state: 'skipped', dueBy: 900 }),
  },
  { what: 'hasOldWishMail', work: (tx) => hasOldWishMail(tx, 900) },
  { what: 'deleteOldWishMail', work: (tx) => deleteOldWishMail(tx, 900) },
  { what: 'deleteWishMailTo', work: (tx) => deleteWishMailTo(tx, 'a@example.org') },
  { what: 'deleteStockRequests', work: (tx) => deleteStockRequests(tx, 900) },
  { what: 'closeExpiredLinks', work: (tx) => closeExpiredLinks(tx, 900) },
  { what: 'countBacklog', work: (tx) => countBacklog(asStore(tx), 1_000) },
  {
    what: 'recordAudit',
    work: (tx, { adminId, userId }) =>
      recordAudit(tx, {
        at: 1,
        actor: { userId: adminId },
        action: 'users.deactivate',
        subject: `user:${userId}`,
        details: {},
      }),
  },
  {
    what: 'listAuditEntriesOf',
    work: (tx, { adminId }) => listAuditEntriesOf(tx, { userId: adminId, afterId: 7, limit: 500 }),
  },
  { what: 'listAuditEntries', work: (tx) => listAuditEntries(tx, anyEntry) },
  {
    what: 'listAuditEntries of an account',
    work: (tx, { adminId }) => listAuditEntries(tx, { ...anyEntry, actorId: adminId, beforeId: 900 }),
  },
  {
    what: 'listAuditEntries of a token',
    work: (tx) => listAuditEntries(tx, { ...anyEntry, tokenId: 7, beforeId: 900 }),
  },
  {
    what: 'listAuditEntries of a subject and an account',
    work: (tx, { adminId, bookId }) =>
      listAuditEntries(tx, { ...anyEntry, actorId: adminId, subject: `book:${bookId}` }),
  },
]

/** Lets a function that takes a store read through one transaction. */
function asStore(tx: Tx): Pick<Store, 'read'> {
  return { read: (work) => work(tx) }
}
