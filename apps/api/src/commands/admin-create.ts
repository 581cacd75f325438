import { parseArgs } from 'node:util'
import { PrebookError } from '@prebook/core'
import { openStore, StoreOpenError } from '@prebook/db'
import { createAdmin, createServices } from '@prebook/server'
import { askHidden } from './ask-hidden.ts'
import { ConfigError, readConfig } from '../config.ts'

const usage = `Creates an admin's account in the database that DATABASE_URL names.

Usage: pnpm admin:create --email <address> [--password-stdin]

  --email <address>   the admin's e-mail address
  --password-stdin    take the password from standard input instead of asking for it
  --help              show this

A password is never taken as an argument: arguments are seen by everybody on the machine.

Examples:
  pnpm admin:create --email admin@example.org
  pnpm --silent admin:create --email admin@example.org --password-stdin < password.txt
`

/** The command was called the wrong way; the message says how to mend it. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const { email } = options
  if (email === undefined) throw new UsageError('--email is missing: name the address of the admin.')
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
    process.stdout.write(`${admin.email} is an admin now.\n`)
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
  // `echo` and editors end what they write with a line break, which is no part of the password.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

async function askTwice(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask for the password on: use --password-stdin.')
  }
  const password = await askHidden('Password: ')
  const again = await askHidden('Once more: ')
  if (password !== again) throw new UsageError('The two passwords differ: nothing was created.')
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
