import { parseArgs } from 'node:util'
import { resetPassword } from '@prebook/server'
import { readPassword, withServices } from './account-command.ts'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Sets a new password for an account in the database at DATABASE_URL, and ends its sessions. The service can keep
running.

Usage: pnpm admin:reset --email <address> [--password-stdin]

  --email <address>   the e-mail address of the account
  --password-stdin    read the password from standard input instead of prompting for it
  --help              show this help

The role of the account does not change, and a deactivated account stays deactivated. The password is never a command-line
argument, because other users of the machine can see arguments.

Examples:
  pnpm admin:reset --email admin@example.org
  pnpm --silent admin:reset --email admin@example.org --password-stdin < password.txt
`

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const { email } = options
  if (email === undefined)
    throw new UsageError('Missing --email <address>: the e-mail address of the account.')
  const password = await readPassword(options['password-stdin'])
  const user = await withServices((services) => resetPassword(services, { email, password }))
  process.stdout.write(`Set the password of ${user.email} (${user.role}) and ended its sessions.\n`)
  if (!user.isActive) {
    process.stdout.write('The account is deactivated: an admin must reactivate it before it can sign in.\n')
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

await runCommand(main)
