import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { DEFAULT_CURRENCY, isCurrency, isTimeZone, limits } from '@prebook/core'
import { parseMailbox, SMTP_TLS_MODES } from '@prebook/server'

/** The environment variables: their meanings, allowed values and defaults. */
const Environment = z.object({
  DATABASE_URL: z
    .string()
    .default('file:./data/prebook.db')
    .describe('Database: file:<path> (SQLite) or postgres://user:password@host/name; one host or several.'),
  DATABASE_POOL_SIZE: wholeNumber(1, 1_000)
    .default(10)
    .describe('Maximum PostgreSQL connections per process, plus one that listens for events.'),
  DATABASE_WAIT_MS: wholeNumber(100, 600_000)
    .default(5_000)
    .describe('Milliseconds to wait for a connection or a lock before failing with STORE_BUSY.'),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeNumber(1_000, 600_000)
    .default(30_000)
    .describe('Timeout of one PostgreSQL statement, in milliseconds.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 is every interface.'),
  PORT: wholeNumber(0, 65_535).default(8787).describe('Port to listen on; 0 lets the system choose.'),
  STOP_GRACE_MS: wholeNumber(0, 600_000)
    .default(2_000)
    .describe('Milliseconds after SIGTERM in which requests are still accepted, until proxies send no more.'),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https address, such as https://books.example.org',
    })
    .optional()
    .describe('Public address of the shop, if it is not HOST and PORT. With https, cookies are Secure.'),
  CURRENCY: z
    .string()
    .refine(isCurrency, { error: 'must be the ISO 4217 code of a currency, such as EUR' })
    .default(DEFAULT_CURRENCY)
    .describe('Currency of all prices, as its ISO 4217 code, such as EUR. It stays when there are books.'),
  WEB_DIR: z
    .string()
    .optional()
    .describe('Folder of the built web page, if not the one that pnpm web:build writes.'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .refine((origins) => origins.every(isOrigin), {
      error: 'must be a comma-separated list of origins without paths, such as https://shop.example.org',
    })
    .describe('Other origins whose pages may call the API, separated by commas.'),
  TRUSTED_PROXIES: wholeNumber(0, 10)
    .default(0)
    .describe('Number of trusted reverse proxies, counted from the right of X-Forwarded-For.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, silent',
    })
    .default('info')
    .describe('Log level: fatal, error, warn, info, debug or silent.'),
  SMTP_URL: z
    .string()
    .refine(isSmtpUrl, {
      error:
        'must be smtp://user:password@host:port or smtps://…, with special characters in the password percent-encoded',
    })
    .optional()
    .describe('Mail server: smtp://user:password@host:port or smtps://. Without it, e-mails are held.'),
  SMTP_TLS: z
    .enum(SMTP_TLS_MODES, { error: 'must be one of require, opportunistic, off' })
    .optional()
    .describe('TLS to the mail server: require, opportunistic or off. By default, a password requires it.'),
  SMTP_CA_FILE: z
    .string()
    .transform(readCertificates)
    .optional()
    .describe('PEM file of the authority behind the certificate of the mail server, if it is private.'),
  MAIL_FROM: z
    .string()
    .refine((text) => parseMailbox(text) !== null, {
      error: 'must be one address, with or without a name, such as The Bookshop <shop@example.org>',
    })
    .optional()
    .describe('Sender of outgoing mail, such as The Bookshop <shop@example.org>.'),
  SECRET: z
    .string()
    .min(32, 'must have at least 32 characters; generate one with openssl rand -hex 32')
    .refine(...hasDifferentCharacters(6))
    .optional()
    .describe('Signs the links in e-mails. At least 32 characters, the same for all processes.'),
  MAIL_PARALLEL: wholeNumber(1, 100)
    .default(5)
    .describe('E-mails that one process sends at once, each on a connection; one more for urgent ones.'),
  MAIL_PER_SECOND: wholeNumber(1, 100_000)
    .default(20)
    .describe('Maximum number of e-mails that one process sends per second.'),
  MAIL_TRIES: wholeNumber(1, 100)
    .default(10)
    .describe('Attempts to send an e-mail, over several hours, before it counts as failed.'),
  MAIL_PREVIEW: z
    .enum(['0', '1'], { error: 'must be 0 or 1' })
    .default('0')
    .describe('Set to 1 to show unsent e-mails to anyone at /dev/mail. Never use it in production.'),
  SHOP_TIMEZONE: z
    .string()
    .refine(isTimeZone, {
      error:
        'must be a time zone of the IANA database, such as Europe/Berlin; an offset such as +02:00 does not know when summer time begins',
    })
    .default('UTC')
    .describe('Time zone of the shop by its name, such as Europe/Berlin. It decides what day it is.'),
  READERS_PER_COPY: wholeNumber(limits.readersPerCopy.min, limits.readersPerCopy.max)
    .default(limits.readersPerCopy.default)
    .describe('Waiting readers for whom the order list has one copy.'),
  ANNOUNCEMENT_DELAY_MINUTES: wholeNumber(0, 1_440)
    .default(15)
    .describe('Minutes that a changed expected date must stand before the waiting readers are e-mailed.'),
  RETAIN_DELIVERIES_DAYS: wholeNumber(1, 36_500)
    .default(365)
    .describe('Days until e-mails that were sent, skipped or failed are deleted from the list.'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[!-~]{16,200}$/, { error: 'must be 16 to 200 visible ASCII characters without spaces' })
    .refine(...hasDifferentCharacters(5))
    .optional()
    .describe('Bearer token required to read /metrics. Without it, /metrics does not exist.'),
  REGISTRATIONS_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(30)
    .describe('New accounts allowed per hour, per IP address.'),
  LOGIN_FAILURES_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(20)
    .describe(
      'Failed sign-ins per hour to one account from one network (10 × per network, 50 × per account).',
    ),
  REFUSED_BODIES_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(300)
    .describe('Malformed or too large request bodies per hour and network; then they get RATE_LIMITED.'),
  PREBOOKS_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(600)
    .describe('Pre-bookings that one account may make per hour, counted by each process.'),
  PREBOOK_REQUESTS_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(60)
    .describe('Pre-bookings by e-mail, without an account, that one network may ask for per hour.'),
  REQUEST_PROOF: wholeNumber(0, 1_000_000)
    .default(0)
    .describe('Tries of the proof of work before such a request, at most, such as 4000; 0 asks for none.'),
  TOKEN_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000)
    .default(1_200)
    .describe('Calls that one token may make per minute, counted by each process.'),
  SIGN_IN_WAIT_MS: wholeNumber(100, 600_000)
    .default(3_000)
    .describe('Milliseconds that a sign-in may take on a busy machine before it is refused (503).'),
})

/** Variables that are or contain secrets. Their values never appear in error messages. */
const SECRET_VARIABLES = new Set<string>(['DATABASE_URL', 'SMTP_URL', 'SECRET', 'METRICS_TOKEN'])

/** Whether the value of a variable is or contains a secret. */
export function isSecret(name: string): boolean {
  return SECRET_VARIABLES.has(name)
}

/** Variables required to send mail: links in mails lead to the service and are signed. */
const NEEDED_FOR_MAIL = ['MAIL_FROM', 'SECRET', 'PUBLIC_URL'] as const

/** The validated environment. */
export type Config = z.output<typeof Environment>

/** Invalid environment variables. The message names each one and its allowed values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the configuration. An empty variable counts as unset.
 *
 * @throws ConfigError
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== '')
  const parsed = Environment.safeParse(Object.fromEntries(given))
  const lines = parsed.success
    ? mailProblems(parsed.data)
    : parsed.error.issues.map((issue) => {
        const name = String(issue.path[0])
        const shown = isSecret(name) ? '' : `; got ${JSON.stringify(environment[name])}`
        return `  ${name} ${issue.message}${shown}`
      })
  if (parsed.success && lines.length === 0) return parsed.data
  throw new ConfigError(`Invalid environment variables:\n${lines.join('\n')}`)
}

function mailProblems(config: Config): string[] {
  if (config.SMTP_URL === undefined) return []
  const missing = NEEDED_FOR_MAIL.filter((name) => config[name] === undefined).map(
    (name) => `  ${name} is required when SMTP_URL is set`,
  )
  const contradicts = config.SMTP_TLS === 'off' && config.SMTP_URL.startsWith('smtps:')
  return contradicts ? [...missing, '  SMTP_TLS must not be off when SMTP_URL begins with smtps://'] : missing
}

/** The variables with their meanings and defaults, for the documentation and its test. */
export function describeConfig(): {
  name: keyof Config
  meaning: string
  default: Config[keyof Config]
}[] {
  const defaults = Environment.parse({})
  return Object.entries(Environment.shape).map(([name, schema]) => ({
    name: name as keyof Config,
    meaning: schema.description ?? '',
    default: defaults[name as keyof Config],
  }))
}

function wholeNumber(minimum: number, maximum: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, { error })
}

function isSmtpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text)
  if (!/^smtps?:$/.test(protocol) || hostname === '' || !/^\/?$/.test(pathname) || search + hash !== '')
    return false
  try {
    const [user, secret] = [username, password].map((part) => decodeURIComponent(part))
    return user !== '' || secret === ''
  } catch {
    return false
  }
}

/** Reads a PEM file and returns its certificates. */
function readCertificates(path: string, context: z.core.$RefinementCtx<string>): string {
  try {
    const certificates = readFileSync(path, 'utf8').match(
      /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs,
    )
    if (certificates === null) throw new Error('it has no certificate')
    // Throws if it cannot be parsed.
    return certificates.map((one) => new X509Certificate(one).toString()).join('')
  } catch (error) {
    const message = `must be a PEM file with certificates: ${(error as Error).message}`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

/**
 * Requires different characters. Of random hexadecimal texts of the shortest length that is accepted, fewer than one in two million
 * are refused: 32 digits with 6, and 16 digits with 5.
 */
function hasDifferentCharacters(fewest: number): [(text: string) => boolean, string] {
  return [
    (text) => new Set(text).size >= fewest,
    'is too regular to be a secret; generate one with openssl rand -hex 32',
  ]
}
