import { inspect, styleText } from 'node:util'
import { isPrebookError, type PrebookClientError, type Reason } from '@prebook/client'
import { CommandError } from './command-error.ts'
import { setting, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/count-of.ts'
import { exitCodes, exitFor, type Exit } from './exit-codes.ts'
import { fitted } from '../terminal/output.ts'
import { plainText } from '../terminal/plain-text.ts'

/** What went wrong, for a person; `details` are for `--verbose`. */
export type Explanation = {
  exit: Exit
  message: string
  /** What the message is about, one thing a line. */
  items: string[]
  remedy: string | null
  details: string[]
}

/** Tells on standard error what went wrong and what to do, and gives the exit code. */
export function reportError(error: unknown, options: GlobalOptions): number {
  const { exit, message, items, remedy, details } = describeError(error, options)
  const style = (format: 'red' | 'dim', text: string) => styleText(format, text, { stream: process.stderr })
  const line = (text: string, indent = '  ') => fitted(text, process.stderr, indent)
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

/** Puts anything that was thrown into a sentence, a remedy and an exit code. */
export function describeError(error: unknown, options: GlobalOptions): Explanation {
  if (isPrebookError(error)) return explainRefusal(error, options)
  const details = causes(error)
  if (error instanceof CommandError) {
    return {
      exit: error.exit,
      message: plainText(error.message),
      items: error.items.map(plainText),
      remedy: error.remedy === null ? null : plainText(error.remedy),
      details,
    }
  }
  const stack = error instanceof Error && error.stack !== undefined ? error.stack.split('\n').slice(1) : []
  return {
    exit: 'failed',
    message: `Something unexpected happened: ${plainText(error instanceof Error ? error.message : String(error))}`,
    items: [],
    remedy: options.verbose === true ? null : 'Add --verbose to see where.',
    details: [...stack.map(plainText), ...details],
  }
}

function explainRefusal(error: PrebookClientError, options: GlobalOptions): Explanation {
  const { reason, requestId } = error.data
  return {
    exit: exitFor(reason),
    message: refusalSentence(error),
    items: [],
    remedy: remedyFor(error, options),
    details: [
      `reason: ${plainText(reason)}`,
      ...(requestId === null ? [] : [`request id: ${plainText(requestId)}`]),
    ],
  }
}

function refusalSentence(error: PrebookClientError): string {
  const issues = error.data.issues ?? []
  if (issues.length === 0 || issues.some(({ path }) => path === '')) return plainText(error.message)
  return issues
    .map(({ path, message }) => `${optionNames[path] ?? plainText(path)}: ${plainText(message)}`)
    .join(' ')
}

/** Input fields of the API by what they are called on the command line. */
const optionNames: Record<string, string> = {
  author: '--author',
  days: '--since',
  delta: '--by',
  description: '--description',
  email: '--email',
  isbn: '--isbn',
  limit: '--limit',
  note: '--note',
  password: 'the password',
  priceCents: '--price',
  quantity: '--to',
  query: '--query',
  stockQuantity: '--stock',
  title: '--title',
}

function remedyFor(error: PrebookClientError, options: GlobalOptions): string | null {
  const reason: Reason = error.data.reason
  switch (reason) {
    case 'AUTH_REQUIRED':
      return setting('PREBOOK_TOKEN') === undefined
        ? `Sign in with \`prebook login${options.url === undefined ? '' : ` --url ${options.url}`}\`.`
        : 'The token in PREBOOK_TOKEN is not valid here, or not any more: renew it or unset it.'
    case 'AUTH_FORBIDDEN':
      return 'Sign in as an admin with `prebook login`; `prebook whoami` tells who you are now.'
    case 'BOOK_NOT_FOUND':
      return 'Look for it with `prebook books list --query <text>`.'
    case 'USER_NOT_FOUND':
      return 'Look for it with `prebook users list --query <text>`.'
    case 'BOOK_ISBN_CONFLICT':
      return 'Look at that book with `prebook books list --query <isbn>`.'
    case 'ROUTE_NOT_FOUND':
      return 'The server does not know this command: it is probably of another version.'
    case 'STORE_BUSY':
    case 'RATE_LIMITED':
      return waitingTime(error.data.retryAfterSeconds)
    case 'INTERNAL_ERROR':
      return 'Try again; if it lasts, add --verbose and give the request id to whoever runs the server.'
    default:
      return null
  }
}

function waitingTime(seconds: number | null): string | null {
  if (seconds === null) return null
  return `Try again in ${seconds < 120 ? countOf(seconds, 'second') : countOf(Math.ceil(seconds / 60), 'minute')}.`
}

/** What lies underneath an error, the nearest first. */
function causes(error: unknown): string[] {
  const found: string[] = []
  for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
    found.push(`cause: ${plainText(cause instanceof Error ? cause.message : inspect(cause))}`)
  }
  return [...new Set(found)]
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
