import type { Reason } from '@prebook/client'

/** The message for a refused request: what happened, and what to do now. */
export type ReasonText = { title: string; advice: string }

/** The message for each reason. The type covers every reason, so a new one without a message does not compile. */
export const reasonTexts = {
  BOOK_NOT_FOUND: { title: 'Book not found', advice: 'Check the address, or search for the title.' },
  PREBOOK_NOT_FOUND: {
    title: 'Pre-booking not found',
    advice: 'It may belong to another account. Sign in to that account to see it.',
  },
  USER_NOT_FOUND: { title: 'Account not found', advice: 'Search for it in the list of readers.' },
  WAITLIST_NOT_FOUND: {
    title: 'No readers are waiting for this book',
    advice: 'A waitlist opens when a reader pre-books the book while it is sold out.',
  },
  DELIVERY_NOT_FOUND: { title: 'E-mail not found', advice: 'Look for it in the list of deliveries.' },
  TOKEN_NOT_FOUND: {
    title: 'This token does not work any more',
    advice: 'Reload the page, or create a new token.',
  },
  SESSION_NOT_FOUND: {
    title: 'This session has already ended',
    advice: 'Reload the page to see your sessions.',
  },
  ROUTE_NOT_FOUND: { title: 'This page may be out of date', advice: 'Reload it and try again.' },
  PREBOOK_BOOK_IN_STOCK: {
    title: 'This book is in stock',
    advice: 'You do not need to pre-book it. You can buy it in the shop now.',
  },
  PREBOOK_BOOK_WITHDRAWN: {
    title: 'This book will not come back',
    advice: 'It can no longer be pre-booked. Look for another edition.',
  },
  PREBOOK_DUPLICATE: {
    title: 'You have already pre-booked this book',
    advice: 'Your place in the queue has not changed.',
  },
  PREBOOK_ALREADY_CANCELLED: {
    title: 'This pre-booking is already cancelled',
    advice: 'While the book is sold out, you can pre-book it again.',
  },
  BOOK_ISBN_CONFLICT: {
    title: 'Another book already has this ISBN',
    advice: 'Check the number, or edit the other book.',
  },
  AUTH_EMAIL_TAKEN: {
    title: 'An account with this e-mail address already exists',
    advice: 'Sign in instead.',
  },
  STOCK_CONFLICT: {
    title: 'The stock has changed',
    advice: 'Check the current stock, then try again.',
  },
  STOCK_NEGATIVE: {
    title: 'Not enough copies in stock',
    advice: 'Enter a smaller number, or set the quantity to 0.',
  },
  STOCK_IDEMPOTENCY_MISMATCH: {
    title: 'This change was already sent with another quantity',
    advice: 'Reload the page, check the stock, then try again.',
  },
  IDEMPOTENCY_KEY_IN_FLIGHT: {
    title: 'This change is already being made',
    advice: 'Wait a moment, then reload the page.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    title: 'This was already sent with other details',
    advice: 'Reload the page, then try again.',
  },
  IDEMPOTENCY_KEY_REFUSED: {
    title: 'This page may be out of date',
    advice: 'Reload the page and try again.',
  },
  DELIVERY_NOT_REDRIVABLE: {
    title: 'This e-mail cannot be resent',
    advice: 'Only failed and held e-mails can be resent.',
  },
  USER_LAST_ADMIN: {
    title: 'This is the last active admin',
    advice: 'Make another account an admin first.',
  },
  INVITATION_PENDING: {
    title: 'This address has an open invitation',
    advice: 'It can be invited again once that one has expired.',
  },
  AUTH_REQUIRED: {
    title: 'Sign in to continue',
    advice: 'You are not signed in, or your session has ended.',
  },
  AUTH_SCOPE_MISSING: {
    title: 'This token lacks a scope',
    advice: 'Use a token that has it, or sign in.',
  },
  AUTH_INVALID_CREDENTIALS: {
    title: 'Incorrect e-mail address or password',
    advice: 'Check both and try again.',
  },
  AUTH_FORBIDDEN: {
    title: 'Your account does not allow this',
    advice: 'Ask an admin to change your role, or sign in with another account.',
  },
  AUTH_ACCOUNT_DEACTIVATED: {
    title: 'This account is deactivated',
    advice: 'If you think this is a mistake, contact the shop.',
  },
  AUTH_LINK_INVALID: {
    title: 'This link no longer works',
    advice: 'It was used, has expired or was replaced by a newer one. Request a new link.',
  },
  CSRF_REFUSED: {
    title: 'This request did not come from the shop’s page',
    advice: 'Open the shop at its own address and try again.',
  },
  METHOD_NOT_ALLOWED: { title: 'This page may be out of date', advice: 'Reload it and try again.' },
  PAYLOAD_TOO_LARGE: { title: 'The request is too large', advice: 'Shorten your input and try again.' },
  UNSUPPORTED_MEDIA_TYPE: {
    title: 'This page may be out of date',
    advice: 'Reload it and try again.',
  },
  BATCH_TOO_LARGE: { title: 'Too many changes at once', advice: 'Make fewer changes at a time.' },
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Try again later.' },
  VALIDATION_ERROR: { title: 'Some fields are not valid', advice: 'Correct them and try again.' },
  STORE_BUSY: { title: 'The shop is busy', advice: 'Try again in a moment.' },
  MAIL_NOT_CONFIGURED: {
    title: 'This shop cannot send e-mails yet',
    advice: 'Contact the shop.',
  },
  INTERNAL_ERROR: {
    title: 'Something went wrong on our side',
    advice: 'Try again. If the problem persists, contact the shop.',
  },
} as const satisfies Record<Reason, ReasonText>
