import { Option, type Command } from 'commander'
import type { UsersListOptions } from '../commands/users-list.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { addExtent, examples } from './shared-options.ts'

const USER_ARGUMENT = "its id (12 or '#12') or its e-mail address"

/** `users …` */
export function addUserCommands(program: Command): void {
  const users = program.command('users').description('look at the accounts, shut them out, let them in')
  const list = users
    .command('list')
    .description('list accounts, newest first')
    .option('--query <text>', 'only those whose e-mail address contains this')
    .addOption(new Option('--role <role>', 'only those of this role').choices(['reader', 'admin']))
    .option('--inactive', 'only those that are deactivated')
  addExtent(list)
    .addHelpText(
      'after',
      examples('prebook users list --query @example.org', 'prebook users list --role admin'),
    )
    .action(async (_options, command: Command) => {
      const { listUsers } = await import('../commands/users-list.ts')
      await listUsers(command.optsWithGlobals<UsersListOptions>())
    })

  users
    .command('deactivate')
    .description('shut an account out, from its very next request on; its pre-bookings keep their places')
    .argument('<account>', USER_ARGUMENT)
    .addHelpText('after', examples('prebook users deactivate reader@example.org'))
    .action(async (account: string, _options, command: Command) => {
      const { deactivateUser } = await import('../commands/users-activate.ts')
      await deactivateUser(account, command.optsWithGlobals<GlobalOptions>())
    })

  users
    .command('reactivate')
    .description('let an account in again')
    .argument('<account>', USER_ARGUMENT)
    .addHelpText('after', examples('prebook users reactivate reader@example.org'))
    .action(async (account: string, _options, command: Command) => {
      const { reactivateUser } = await import('../commands/users-activate.ts')
      await reactivateUser(account, command.optsWithGlobals<GlobalOptions>())
    })
}
