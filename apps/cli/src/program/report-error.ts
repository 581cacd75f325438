import { inspect, styleText } from 'node:util'
import { FileError } from '@prebook/book-files'
import { isPrebookError, type PrebookClientError, type Reason } from '@prebook/client'
import { tokenScopes } from '@prebook/client/token'
import { CommandError } from './command-error.ts'
import { readVariable, usesShopToken, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/plural.ts'
import { exitCodes, exitFor, type Exit } from './exit-codes.ts'
import { fitToTerminal } from '../terminal/output.ts'
import { plainText } from '../terminal/plain-text.ts'

/** An error in words. `details` are shown with `--verbose`. */
export type Explanation = {
  exit: Exit
  message: string
  /** What the message refers to, one item per line. */
  items: string[]
  remedy: string | null
  details: string[]
}

/** Writes an error and its remedy to standard error, and returns the exit code. */
export function reportError(error: unknown, options: GlobalOptions): number {
  const { exit, message, items, remedy, details } = describeError(error, options)
  const style = (format: 'red' | 'dim', text: string) => styleText(format, text, { stream: process.stderr })
  const line = (text: string, indent = '  ') => fitToTerminal(text, process.stderr, indent)
  const lines = [
    exit === 'cancelled'
      ? line(message, '')
      : line(`error: ${message}`, '').replace('error:', style('red', 'error:')),
    ...items.map((item) => line(item)),
  ]
  if (remedy !== null) lines.push(line(remedy))
  if (options.verbose === true) lines.push(...details.map((detail) => style('dim', `  ${detail}`)))
  process.stderr.write(`${lines.join('\n')}\n`)
  return exitCodes[exit]
}

/** Turns any thrown value into a message, a remedy and an exit code. */
export function describeError(error: unknown, options: GlobalOptions): Explanation {
  const details = causes(error)
  // Before a refusal, which can be its cause.
  if (error instanceof CommandError) {
    return {
      exit: error.exit,
      message: plainText(error.message),
      items: error.items.map(plainText),
      remedy: error.remedy === null ? null : plainText(error.remedy),
      details,
    }
  }
  if (error instanceof FileError) {
    const remedy = error.remedy === null ? null : plainText(error.remedy)
    return { exit: 'usage', message: plainText(error.message), items: [], remedy, details }
  }
  if (isPrebookError(error)) return explainRefusal(error, options)
  const stack = error instanceof Error && error.stack !== undefined ? error.stack.split('\n').slice(1) : []
  return {
    exit: 'failed',
    message: `Unexpected error: ${plainText(error instanceof Error ? error.message : String(error))}`,
    items: [],
    remedy: options.verbose === true ? null : 'Add --verbose to see the stack trace.',
    details: [...stack.map(plainText), ...details],
  }
}

function explainRefusal(error: PrebookClientError, options: GlobalOptions): Explanation {
  const { reason, requestId } = error.data
  return {
    exit: exitFor(reason),
    message: refusalMessage(error),
    items: [],
    remedy: remedyFor(error, options),
    details: [
      `reason: ${plainText(reason)}`,
      ...(requestId === null ? [] : [`request ID: ${plainText(requestId)}`]),
    ],
  }
}

function refusalMessage(error: PrebookClientError): string {
  const { field, reason } = error.data
  const issues = error.data.issues ?? []
  const option = field === null ? undefined : optionNames[field]
  if (reason === 'BOOK_NOT_FOUND' && option !== undefined) return `${option}: ${plainText(error.message)}`
  if (issues.length === 0 || issues.some(({ path }) => path === '')) return plainText(error.message)
  return issues
    .map(({ path, message }) => `${optionNames[path] ?? plainText(path)}: ${plainText(message)}`)
    .join(' ')
}

/** The command-line names of API input fields. */
const optionNames: Record<string, string> = {
  author: '--author',
  days: '--since',
  delta: '--by',
  description: '--description',
  email: 'the e-mail address',
  expectedOn: '<when>',
  expiresInDays: '--expires-in-days',
  isbn: '--isbn',
  limit: '--limit',
  name: 'the name',
  note: '--note',
  overlapHours: '--overlap-hours',
  password: 'the password',
  priceCents: '--price',
  quantity: '--to',
  query: '--query',
  readersPerCopy: '--readers-per-copy',
  since: '--since',
  stockQuantity: '--stock',
  successorId: '--successor',
  title: '--title',
}

function remedyFor(error: PrebookClientError, options: GlobalOptions): string | null {
  const reason: Reason = error.data.reason
  switch (reason) {
    case 'AUTH_REQUIRED':
      if (usesShopToken()) return 'Set another one in PREBOOK_TOKEN, or unset it to use your session.'
      return readVariable('PREBOOK_TOKEN') === undefined
        ? `Sign in with \`prebook login${options.url === undefined ? '' : ` --url ${options.url}`}\`.`
        : 'The token in PREBOOK_TOKEN is not valid for this server or has expired: renew it or unset it.'
    case 'AUTH_SCOPE_MISSING': {
      const scope = Object.keys(tokenScopes).find((known) => error.message.includes(known)) ?? '<scope>'
      return `An admin creates such a token with \`prebook tokens create <name> --scope ${scope}\`. Or unset PREBOOK_TOKEN to use your session.`
    }
    case 'AUTH_FORBIDDEN':
      if (usesShopToken()) return 'Unset PREBOOK_TOKEN, and sign in with `prebook login`.'
      return 'Sign in with another account, or ask an admin to change your role; `prebook whoami` shows the current account and its role.'
    case 'BOOK_NOT_FOUND':
      return 'Find the book with `prebook books list --query <text>`.'
    case 'TOKEN_NOT_FOUND':
      return 'Find the token with `prebook tokens list`.'
    case 'USER_NOT_FOUND':
      return 'Find the account with `prebook users list --query <text>`.'
    case 'BOOK_ISBN_CONFLICT':
      return 'Find the other book with `prebook books list --query <isbn>`.'
    case 'MAIL_NOT_CONFIGURED':
      return 'Configure a mail server: set SMTP_URL in the environment of the server.'
    case 'ROUTE_NOT_FOUND':
      return 'The server does not support this command. It probably runs another version.'
    case 'STORE_BUSY':
    case 'RATE_LIMITED':
      return retryAdvice(error.data.retryAfterSeconds)
    case 'INTERNAL_ERROR':
      return 'Try again. If the problem persists, add --verbose and report the request ID to the operator of the server.'
    default:
      return null
  }
}

function retryAdvice(seconds: number | null): string | null {
  if (seconds === null) return null
  return `Try again in ${seconds < 120 ? countOf(seconds, 'second') : countOf(Math.ceil(seconds / 60), 'minute')}.`
}

/** The chain of causes, nearest first. */
function causes(error: unknown): string[] {
  const found: string[] = []
  for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
    found.push(`cause: ${plainText(messageOf(cause))}`)
  }
  return [...new Set(found)]
}

/** The causes of the client's errors are plain objects. */
function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined
}

function messageOf(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'message' in cause) return String(cause.message)
  return inspect(cause)
}
