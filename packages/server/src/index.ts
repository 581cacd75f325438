export { finishErasures } from './account/erasure.ts'
export { acceptInvitation } from './auth/accept-invitation.ts'
export { createAdmin } from './auth/create-admin.ts'
export { deviceCookie } from './auth/devices.ts'
export { promoteAdmin } from './auth/promote-admin.ts'
export { resetPassword } from './auth/reset-password.ts'
export { resetPasswordByLink } from './auth/reset-password-by-link.ts'
export { readBearerToken, sessionCookies } from './auth/sessions.ts'
export type { ThrottleLimits } from './auth/throttles.ts'
export { verifyEmail } from './auth/verify-email.ts'
export { findBookId } from './books/find-book-id.ts'
export { SMALL_BODY, type BodyLimit } from './body-limit.ts'
export { applyRetention, type RetainedRows } from './retention/apply-retention.ts'
export { createRequestContext, type RequestContext, type RequestFacts } from './context.ts'
export { createTimerWheel } from './events/timer-wheel.ts'
export { confirmPrebook } from './guests/confirm-prebook.ts'
export {
  cancelAsGuest,
  eraseGuest,
  mailGuestPassword,
  readGuestPage,
  revokeGuestLinks,
  updateGuest,
  type GuestPage,
} from './guests/guest-page.ts'
export { readWish, type ReadWish } from './guests/read-wish.ts'
export { IDEMPOTENCY_HEADER, parseIdempotencyHeader } from './idempotency/idempotency-key.ts'
export {
  disownAccount,
  readInvitation,
  readResetLink,
  readVerifyLink,
  type VerifyLink,
} from './mail/follow-account-link.ts'
export { cancelByLink, readCancelLink, unsubscribeByLink, type CancelLink } from './mail/follow-link.ts'
export { createMailLinks, type MailLinks } from './mail/content/links.ts'
export { parseMailbox, type Mailbox } from './mail/content/mailbox.ts'
export type { MailFigures } from './mail/mail-figures.ts'
export type { MailLog } from './mail/mail-log.ts'
export { previewMail, type PreviewedMail } from './mail/preview-mail.ts'
export { startMail, type RunningMail, type SmtpSettings } from './mail/start-mail.ts'
export { SMTP_TLS_MODES } from './mail/smtp/tls.ts'
export {
  accessOf,
  appRouter,
  callProcedure,
  createCaller,
  idempotencyKeyUse,
  largestBody,
  procedureType,
  scopeOf,
  subscribe,
  type AppRouter,
  type ProcedureCall,
  type ProcedureInput,
  type ProcedureName,
  type ProcedureOutput,
} from './router/app-router.ts'
export { errorShape, toPrebookError } from './router/errors.ts'
export { refusals, refusalsOf } from './router/refusals.ts'
export { PING_MS, SILENCE_MS } from './router/procedures.ts'
export { checkCurrency } from './shop/shop-currency.ts'
export { createServices, type CallOutcome, type Services, type ServicesOptions } from './services.ts'
