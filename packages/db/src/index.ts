export type {
  BookRow,
  Database,
  Reader,
  SessionRow,
  StockMovementRow,
  Tx,
  UserRow,
  WaitlistRow,
} from './database.ts'
export { openStore, type OpenStoreOptions } from './open-store.ts'
export {
  StoreOpenError,
  UniqueViolation,
  type BookLock,
  type HeardNews,
  type News,
  type Store,
} from './store.ts'
export * from './queries/books.ts'
export * from './queries/count-waitlist.ts'
export * from './queries/prebooks.ts'
export * from './queries/sessions.ts'
export * from './queries/stock-movements.ts'
export * from './queries/stock-requests.ts'
export * from './queries/users.ts'
export * from './queries/waitlists.ts'
