import { z } from 'zod'

/** The environment, variable by variable: what it means, what it may be, and what it is when left out. */
const Environment = z.object({
  DATABASE_URL: z
    .string()
    .default('file:./data/prebook.db')
    .describe(
      'Where the data is: file:<path> for SQLite, postgres://user:password@host/name for PostgreSQL.',
    ),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on; 0.0.0.0 is every interface.'),
  PORT: wholeNumber(0, 65_535).default(8787).describe('The port to listen on; 0 lets the system choose.'),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https address, such as https://books.example.org',
    })
    .optional()
    .describe(
      'The address that browsers use, if it is not the one listened on. With https, cookies are Secure.',
    ),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .refine((origins) => origins.every(isOrigin), {
      error: 'must be origins separated by commas, such as https://shop.example.org, without a path',
    })
    .describe('Other origins whose pages may call the API, separated by commas.'),
  TRUSTED_PROXIES: wholeNumber(0, 10)
    .default(0)
    .describe('How many proxies stand in front: so many of the addresses in X-Forwarded-For are believed.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, silent',
    })
    .default('info')
    .describe('How much is logged.'),
  REGISTRATIONS_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(30)
    .describe('How many accounts one address may open in an hour.'),
  LOGIN_FAILURES_PER_HOUR: wholeNumber(1, 1_000_000)
    .default(20)
    .describe('How many failed sign-ins an hour are let through for one address and for one account.'),
})

/** The validated environment. */
export type Config = z.output<typeof Environment>

/** The environment is wrong; the message names each variable at fault and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the configuration. A variable that is empty counts as left out.
 *
 * @throws ConfigError
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== '')
  const parsed = Environment.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0])
    return `  ${name} ${issue.message}; it is ${JSON.stringify(environment[name])}`
  })
  throw new ConfigError(`The environment is not right:\n${lines.join('\n')}`)
}

/** The variables with their meanings and defaults, for documentation and its test. */
export function describeConfig(): { name: string; meaning: string; default: Config[keyof Config] }[] {
  const defaults = Environment.parse({})
  return Object.entries(Environment.shape).map(([name, schema]) => ({
    name,
    meaning: schema.description ?? '',
    default: defaults[name as keyof Config],
  }))
}

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error })
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
