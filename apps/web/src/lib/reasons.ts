import type { Reason } from '@prebook/client'

/** A refusal in the words of the shop: what it means, and what to do now. */
export type Words = { title: string; advice: string }

/**
 * Every reason why the service refuses, for the people who read this page. The compiler compares it with the reasons that
 * there are: a new one without words does not build.
 */
export const reasonWords = {
  BOOK_NOT_FOUND: {
    title: 'This book is not in our catalogue',
    advice: 'The address may be mistyped. Look for the title instead.',
  },
  PREBOOK_NOT_FOUND: {
    title: 'You have no such pre-booking',
    advice: 'It may belong to another account of yours.',
  },
  USER_NOT_FOUND: { title: 'There is no such reader', advice: 'Look through the list of readers.' },
  WAITLIST_NOT_FOUND: { title: 'Nobody waits for this book', advice: 'Somebody will, when it is sold out.' },
  DELIVERY_NOT_FOUND: { title: 'There is no such delivery', advice: 'Look through the list of deliveries.' },
  ROUTE_NOT_FOUND: {
    title: 'The shop does not know this request',
    advice: 'This page may be older than the shop. Load it again.',
  },
  PREBOOK_BOOK_IN_STOCK: {
    title: 'It is in stock',
    advice: 'Good news: there is nothing to wait for. You can buy it now.',
  },
  PREBOOK_DUPLICATE: { title: 'You are on the list already', advice: 'Your place in the queue is kept.' },
  PREBOOK_ALREADY_CANCELLED: {
    title: 'This pre-booking is cancelled already',
    advice: 'While the book is sold out, you can pre-book it again.',
  },
  BOOK_ISBN_CONFLICT: {
    title: 'Another book has this ISBN',
    advice: 'Check the number, or edit the book that has it.',
  },
  AUTH_EMAIL_TAKEN: { title: 'This address has an account already', advice: 'Sign in instead.' },
  STOCK_CONFLICT: {
    title: 'The stock has changed meanwhile',
    advice: 'Look at the number again, then decide.',
  },
  STOCK_NEGATIVE: { title: 'There are not that many copies', advice: 'Take at most what is in stock.' },
  STOCK_IDEMPOTENCY_MISMATCH: {
    title: 'This change was sent before, with other numbers',
    advice: 'Load the page again, look at the stock, then decide.',
  },
  DELIVERY_NOT_REDRIVABLE: {
    title: 'This e-mail cannot be sent again',
    advice: 'Only a failed or held e-mail can be sent again.',
  },
  USER_IS_ADMIN: {
    title: 'An admin cannot be deactivated',
    advice: 'Only the accounts of readers can.',
  },
  AUTH_REQUIRED: { title: 'Please sign in', advice: 'Your session has ended, or there was none.' },
  AUTH_INVALID_CREDENTIALS: {
    title: 'The e-mail address or the password is wrong',
    advice: 'Check both and try again.',
  },
  AUTH_FORBIDDEN: { title: 'This is for admins', advice: 'Your account may not do this.' },
  AUTH_ACCOUNT_DEACTIVATED: {
    title: 'This account is deactivated',
    advice: 'Ask the shop if you think that this is a mistake.',
  },
  CSRF_REFUSED: {
    title: 'This request did not come from the shop’s page',
    advice: 'Open the shop at its own address and try again.',
  },
  METHOD_NOT_ALLOWED: {
    title: 'The shop does not know this request',
    advice: 'This page may be older than the shop. Load it again.',
  },
  PAYLOAD_TOO_LARGE: { title: 'That is too much at once', advice: 'Send less in one go.' },
  UNSUPPORTED_MEDIA_TYPE: {
    title: 'The shop cannot read this request',
    advice: 'This page may be older than the shop. Load it again.',
  },
  BATCH_TOO_LARGE: { title: 'That is too much at once', advice: 'Send less in one go.' },
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Wait a while, then try again.' },
  VALIDATION_ERROR: { title: 'Something is not filled in right', advice: 'Look at the fields again.' },
  STORE_BUSY: { title: 'The shop is very busy', advice: 'Try again in a moment.' },
  INTERNAL_ERROR: {
    title: 'Something went wrong on our side',
    advice: 'Nothing was changed as far as we know. Try again, and tell us if it stays.',
  },
} as const satisfies Record<Reason, Words>
