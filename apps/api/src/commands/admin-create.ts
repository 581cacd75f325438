import { parseArgs } from 'node:util'
import { PrebookError } from '@prebook/core'
import { openStore, StoreOpenError } from '@prebook/db'
import { createAdmin, createServices } from '@prebook/server'
import { askHidden } from './ask-hidden.ts'
import { ConfigError, readConfig } from '../config.ts'

const usage = `Creates an admin account in the database at DATABASE_URL.

Usage: pnpm admin:create --email <address> [--password-stdin]

  --email <address>   the admin's e-mail address
  --password-stdin    read the password from standard input instead of prompting for it
  --help              show this help

The password is never a command-line argument, because other users of the machine can see arguments.

Examples:
  pnpm admin:create --email admin@example.org
  pnpm --silent admin:create --email admin@example.org --password-stdin < password.txt
`

/** Invalid usage. The message says how to correct it. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const { email } = options
  if (email === undefined) throw new UsageError('Missing --email <address>: the e-mail address of the admin.')
  const config = readConfig(process.env)
  const password = options['password-stdin'] ? await readStandardInput() : await askTwice()
  const store = await openStore(config.DATABASE_URL)
  try {
    const services = createServices({
      store,
      throttleLimits: {
        registrationsPerHour: config.REGISTRATIONS_PER_HOUR,
        loginFailuresPerHour: config.LOGIN_FAILURES_PER_HOUR,
      },
    })
    const admin = await createAdmin(services, { email, password })
    process.stdout.write(`Created admin ${admin.email}.\n`)
  } finally {
    await store.close()
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        email: { type: 'string' },
        'password-stdin': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  // `echo` and editors append a line break that is not part of the password.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

async function askTwice(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError('Cannot prompt for the password without a terminal: use --password-stdin.')
  }
  const password = await askHidden('Password: ')
  const repeated = await askHidden('Repeat password: ')
  if (password !== repeated) throw new UsageError('The passwords do not match. No account was created.')
  return password
}

try {
  await main()
} catch (error) {
  const expected =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof StoreOpenError ||
    error instanceof PrebookError
  if (!expected) throw error
  const field = error instanceof PrebookError && error.field !== null ? `${error.field}: ` : ''
  process.stderr.write(`${field}${error.message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
