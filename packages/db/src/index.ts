export { actorColumns, type ActorId } from './actor.ts'
export type {
  AccountLinkRow,
  AnnouncementRow,
  ApiTokenRow,
  AuditEntryRow,
  BookRow,
  Database,
  DeliveryRow,
  Reader,
  RefusalRow,
  SessionRow,
  StockMovementRow,
  Tx,
  UserRow,
  WaitlistRow,
} from './database.ts'
export { copyDatabase, type CopyProgress, type CopyResult } from './copy/copy-database.ts'
export { CopyError } from './copy/copy-error.ts'
export { backUpSqlite } from './engines/sqlite/back-up-sqlite.ts'
export { compactSqlite, type Compaction } from './engines/sqlite/compact-sqlite.ts'
export type { RunMigration } from './migrations/migrate.ts'
export { openStore, type OpenStoreOptions } from './open-store.ts'
export { changeCurrency, type ChangedCurrency } from './change-currency.ts'
export { LAST_OLD_DELIVERY } from './migrations/0010-outbox.ts'
export { SHOP_CURRENCY } from './migrations/0022-currency.ts'
export { createYielder } from './yielder.ts'
export {
  StoreOpenError,
  UniqueViolation,
  type BookLock,
  type ReceivedEvent,
  type ChangeEvent,
  type Store,
  type StoreLog,
} from './store.ts'
export * from './queries/account-links.ts'
export * from './queries/announcements.ts'
export * from './queries/api-tokens.ts'
export * from './queries/audit-entries.ts'
export * from './queries/availability.ts'
export * from './queries/books.ts'
export { correctSearch } from './queries/correct-search.ts'
export { searchBooks, type BookSearch, type FoundBook } from './queries/search-books.ts'
export * from './queries/clear-in-batches.ts'
export * from './queries/consents.ts'
export * from './queries/count-joins.ts'
export * from './queries/deliveries.ts'
export * from './queries/deliveries-about-prebooks.ts'
export * from './queries/deliveries-dispatch.ts'
export * from './queries/deliveries-links.ts'
export * from './queries/deliveries-listing.ts'
export * from './queries/deliveries-retention.ts'
export * from './queries/erasures.ts'
export * from './queries/expected-dates.ts'
export * from './queries/kept-answers.ts'
export * from './queries/prebooks.ts'
export * from './queries/queue-mail.ts'
export * from './queries/sessions.ts'
export { deleteSuppressions, listRefusals } from './queries/suppressions.ts'
export * from './queries/stock-movements.ts'
export * from './queries/stock-requests.ts'
export * from './queries/installation.ts'
export * from './queries/throttle-counts.ts'
export * from './throttle-window.ts'
export * from './queries/used-wishes.ts'
export * from './queries/users.ts'
export * from './queries/waitlists.ts'
export * from './queries/watched-prebooks.ts'
export * from './queries/wish-mail.ts'
export * from './queries/withdrawals.ts'
