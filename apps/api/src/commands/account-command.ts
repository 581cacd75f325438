import { openStore } from '@prebook/db'
import { createServices, type Services } from '@prebook/server'
import { readConfig } from '../config.ts'
import { askHidden } from './ask-hidden.ts'
import { printUpgrade } from './print-upgrade.ts'
import { UsageError } from './run-command.ts'

/** Runs work on the database at DATABASE_URL, which a running service may have open. */
export async function withServices<T>(work: (services: Services) => Promise<T>): Promise<T> {
  const config = readConfig(process.env)
  const store = await openStore(config.DATABASE_URL, { onUpgraded: printUpgrade })
  try {
    return await work(
      createServices({
        store,
        throttleLimits: {
          registrationsPerHour: config.REGISTRATIONS_PER_HOUR,
          loginFailuresPerHour: config.LOGIN_FAILURES_PER_HOUR,
        },
      }),
    )
  } finally {
    await store.close()
  }
}

/** Reads a new password: all of standard input, or what is typed twice at the terminal. */
export async function readPassword(fromStandardInput: boolean): Promise<string> {
  // Checked before the password is typed.
  readConfig(process.env)
  return fromStandardInput ? readStandardInput() : askTwice()
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
  if (password !== repeated) throw new UsageError('The passwords do not match. Nothing was changed.')
  return password
}
