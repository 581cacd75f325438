import { parseArgs } from 'node:util'
import { createAdmin, promoteAdmin } from '@prebook/server'
import { readPassword, withServices } from './account-command.ts'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Creates an admin account in the database at DATABASE_URL, or makes an existing account an admin.

Usage: pnpm admin:create --email <address> [--password-stdin]
       pnpm admin:create --email <address> --promote

  --email <address>   the admin's e-mail address
  --password-stdin    read the password from standard input instead of prompting for it
  --promote           make the existing account with this address an admin; it keeps its password
  --help              show this help

The password is never a command-line argument, because other users of the machine can see arguments.

Examples:
  pnpm admin:create --email admin@example.org
  pnpm --silent admin:create --email admin@example.org --password-stdin < password.txt
  pnpm admin:create --email reader@example.org --promote
`

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const { email } = options
  if (email === undefined) throw new UsageError('Missing --email <address>: the e-mail address of the admin.')
  if (options.promote) {
    if (options['password-stdin']) {
      throw new UsageError('--promote keeps the password of the account: leave out --password-stdin.')
    }
    const admin = await withServices((services) => promoteAdmin(services, { email }))
    process.stdout.write(
      `${admin.email} is an admin.${admin.isActive ? '' : ' The account is deactivated.'}\n`,
    )
    return
  }
  const password = await readPassword(options['password-stdin'])
  const admin = await withServices((services) => createAdmin(services, { email, password }))
  process.stdout.write(`Created admin ${admin.email}.\n`)
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        email: { type: 'string' },
        'password-stdin': { type: 'boolean', default: false },
        promote: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

await runCommand(main)
