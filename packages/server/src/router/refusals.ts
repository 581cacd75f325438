import type { Reason } from '@prebook/core'
import { accessOf, procedureType, scopeOf, takesInput, type ProcedureName } from './app-router.ts'

/**
 * Why each procedure refuses a call that its caller may make and whose input is valid. The document of the REST API and the
 * reference of the typed client list these reasons, and fuzzers report any other.
 */
export const refusals: Record<ProcedureName, readonly Reason[]> = {
  'shop.get': [],
  'auth.register': ['AUTH_EMAIL_TAKEN', 'RATE_LIMITED', 'CSRF_REFUSED'],
  'auth.login': ['AUTH_INVALID_CREDENTIALS', 'AUTH_ACCOUNT_DEACTIVATED', 'RATE_LIMITED', 'CSRF_REFUSED'],
  'auth.me': ['AUTH_ACCOUNT_DEACTIVATED'],
  'auth.requestPasswordReset': ['RATE_LIMITED', 'MAIL_NOT_CONFIGURED'],
  'auth.resetPassword': ['AUTH_LINK_INVALID'],
  'auth.verifyEmail': ['AUTH_LINK_INVALID', 'AUTH_EMAIL_TAKEN'],
  'auth.acceptInvitation': ['AUTH_LINK_INVALID'],
  'auth.logout': [],
  'auth.logoutEverywhere': [],
  'account.get': [],
  'account.update': [],
  'account.changePassword': ['AUTH_INVALID_CREDENTIALS', 'RATE_LIMITED'],
  'account.changeEmail': ['AUTH_INVALID_CREDENTIALS', 'RATE_LIMITED', 'MAIL_NOT_CONFIGURED'],
  'account.resendVerification': ['RATE_LIMITED', 'MAIL_NOT_CONFIGURED'],
  'account.sessions': [],
  'account.endSession': ['SESSION_NOT_FOUND'],
  'account.endOtherSessions': [],
  'account.export': [],
  'account.erase': ['AUTH_INVALID_CREDENTIALS', 'RATE_LIMITED', 'USER_LAST_ADMIN'],
  'books.list': [],
  'books.suggest': [],
  'books.availability': [],
  'books.get': ['BOOK_NOT_FOUND'],
  'books.waitlist': ['BOOK_NOT_FOUND'],
  'books.create': ['BOOK_ISBN_CONFLICT'],
  'books.update': ['BOOK_NOT_FOUND', 'BOOK_ISBN_CONFLICT'],
  'books.previewWithdrawal': ['BOOK_NOT_FOUND'],
  'books.withdraw': ['BOOK_NOT_FOUND'],
  'books.reinstate': ['BOOK_NOT_FOUND'],
  'books.import': [],
  'books.expect': ['BOOK_NOT_FOUND', 'PREBOOK_BOOK_WITHDRAWN'],
  'books.overdue': [],
  'stock.set': ['BOOK_NOT_FOUND', 'STOCK_CONFLICT', 'STOCK_IDEMPOTENCY_MISMATCH'],
  'stock.adjust': ['BOOK_NOT_FOUND', 'STOCK_CONFLICT', 'STOCK_NEGATIVE', 'STOCK_IDEMPOTENCY_MISMATCH'],
  'stock.batch': ['STOCK_IDEMPOTENCY_MISMATCH'],
  'stock.preview': ['BOOK_NOT_FOUND', 'STOCK_NEGATIVE'],
  'stock.history': ['BOOK_NOT_FOUND'],
  'stock.changes': [],
  'prebooks.create': [
    'BOOK_NOT_FOUND',
    'PREBOOK_BOOK_IN_STOCK',
    'PREBOOK_BOOK_WITHDRAWN',
    'PREBOOK_DUPLICATE',
    'RATE_LIMITED',
  ],
  'prebooks.list': [],
  'prebooks.get': ['PREBOOK_NOT_FOUND'],
  'prebooks.cancel': ['PREBOOK_NOT_FOUND', 'PREBOOK_ALREADY_CANCELLED'],
  'prebooks.challenge': [],
  'prebooks.request': [
    'BOOK_NOT_FOUND',
    'PREBOOK_BOOK_IN_STOCK',
    'PREBOOK_BOOK_WITHDRAWN',
    'RATE_LIMITED',
    'MAIL_NOT_CONFIGURED',
  ],
  'prebooks.confirm': [
    'AUTH_LINK_INVALID',
    'AUTH_ACCOUNT_DEACTIVATED',
    'PREBOOK_BOOK_IN_STOCK',
    'PREBOOK_BOOK_WITHDRAWN',
    'RATE_LIMITED',
  ],
  'prebooks.watch': [],
  'demand.top': [],
  'demand.orderList': [],
  'demand.waitlist': ['BOOK_NOT_FOUND', 'WAITLIST_NOT_FOUND'],
  'deliveries.list': [],
  'deliveries.liftSuppression': ['DELIVERY_NOT_FOUND'],
  'deliveries.redrive': ['DELIVERY_NOT_FOUND', 'DELIVERY_NOT_REDRIVABLE'],
  'audit.list': [],
  'users.list': [],
  'users.update': ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  'users.invite': ['INVITATION_PENDING', 'MAIL_NOT_CONFIGURED'],
  'users.setRole': ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  'users.deactivate': ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  'users.reactivate': ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  'tokens.list': [],
  'tokens.create': [],
  'tokens.rotate': ['TOKEN_NOT_FOUND'],
  'tokens.revoke': ['TOKEN_NOT_FOUND'],
}

/**
 * Every reason for which a procedure may refuse a call: its own first, then those of its input and its access, then those of
 * every call.
 */
export function refusalsOf(path: ProcedureName): Reason[] {
  const access = accessOf(path)
  const all: Reason[] = [...refusals[path]]
  if (takesInput(path)) all.push('VALIDATION_ERROR')
  if (access !== 'public') {
    all.push('AUTH_REQUIRED', 'AUTH_ACCOUNT_DEACTIVATED')
    // Of a token, which only some procedures let in.
    all.push(scopeOf(path) === undefined ? 'AUTH_FORBIDDEN' : 'AUTH_SCOPE_MISSING')
    if (access !== 'signed in') all.push('AUTH_FORBIDDEN')
    if (procedureType(path) === 'mutation') all.push('CSRF_REFUSED')
    all.push('RATE_LIMITED')
  }
  all.push('STORE_BUSY', 'INTERNAL_ERROR')
  return [...new Set(all)]
}
