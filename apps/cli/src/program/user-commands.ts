import { Argument, Option, type Command } from 'commander'
import type { UsersListOptions } from '../commands/users-list.ts'
import type { UsersInviteOptions } from '../commands/users-invite.ts'
import type { User } from './user-reference.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { addListOptions, examples } from './shared-options.ts'

const roles: readonly User['role'][] = ['reader', 'staff', 'admin']
const USER_ARGUMENT = "Id (12 or '#12') or e-mail address"

/** `users …` */
export function addUserCommands(program: Command): void {
  const users = program
    .command('users')
    .description('List and invite accounts, change their roles, deactivate and reactivate them')
  const list = users
    .command('list')
    .description('List accounts, newest first')
    .option('--query <text>', 'Only accounts whose e-mail address contains this text')
    .addOption(new Option('--role <role>', 'Only accounts with this role').choices(roles))
    .option('--inactive', 'Only deactivated accounts')
  addListOptions(list)
    .addHelpText(
      'after',
      examples('prebook users list --query @example.org', 'prebook users list --role admin'),
    )
    .action(async (_options, command: Command) => {
      const { listUsers } = await import('../commands/users-list.ts')
      await listUsers(command.optsWithGlobals<UsersListOptions>())
    })

  users
    .command('invite')
    .description('E-mail someone a link to join with a role; it works for 7 days')
    .argument('<address>', 'E-mail address to invite')
    .addOption(
      new Option('--role <role>', 'Staff run catalogue, stock and demand; admins do everything')
        .choices(roles)
        .makeOptionMandatory(),
    )
    .addHelpText('after', examples('prebook users invite colleague@example.org --role staff'))
    .action(async (email: string, _options, command: Command) => {
      const { inviteUser } = await import('../commands/users-invite.ts')
      await inviteUser(email, command.optsWithGlobals<UsersInviteOptions>())
    })

  users
    .command('set-role')
    .description('Change the role of an account from its next request on')
    .argument('<account>', USER_ARGUMENT)
    .addArgument(
      new Argument('<role>', 'Staff run catalogue, stock and demand; admins do everything').choices(roles),
    )
    .addHelpText('after', examples('prebook users set-role colleague@example.org staff'))
    .action(async (account: string, role: User['role'], _options, command: Command) => {
      const { setRole } = await import('../commands/users-set-role.ts')
      await setRole(account, role, command.optsWithGlobals<GlobalOptions>())
    })

  users
    .command('deactivate')
    .description('Deactivate an account immediately; its pre-bookings keep their places')
    .argument('<account>', USER_ARGUMENT)
    .addHelpText('after', examples('prebook users deactivate reader@example.org'))
    .action(async (account: string, _options, command: Command) => {
      const { deactivateUser } = await import('../commands/users-activate.ts')
      await deactivateUser(account, command.optsWithGlobals<GlobalOptions>())
    })

  users
    .command('reactivate')
    .description('Restore access for a deactivated account')
    .argument('<account>', USER_ARGUMENT)
    .addHelpText('after', examples('prebook users reactivate reader@example.org'))
    .action(async (account: string, _options, command: Command) => {
      const { reactivateUser } = await import('../commands/users-activate.ts')
      await reactivateUser(account, command.optsWithGlobals<GlobalOptions>())
    })
}
