import { Option, type Command } from 'commander'
import type { LoginOptions } from '../commands/login.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { examples } from './shared-options.ts'

/** `login`, `logout`, `whoami` */
export function addSessionCommands(program: Command): void {
  program
    .command('login')
    .description('Sign in and save the session token')
    .option('--email <address>', 'E-mail address of the account (default: prompt)')
    .addOption(
      new Option('--password-stdin', 'Read the password from standard input').conflicts('tokenStdin'),
    )
    .addOption(
      new Option('--token-stdin', 'Use an existing session: read its token from standard input').conflicts(
        'email',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'prebook login',
        'prebook login --url https://books.example.org --email a@b.c --password-stdin < file',
      ),
    )
    .action(async (_options, command: Command) => {
      const { login } = await import('../commands/login.ts')
      await login(command.optsWithGlobals<LoginOptions>())
    })

  program
    .command('logout')
    .description('End the session and delete the saved token')
    .addHelpText('after', examples('prebook logout'))
    .action(async (_options, command: Command) => {
      const { logout } = await import('../commands/logout.ts')
      await logout(command.optsWithGlobals<GlobalOptions>())
    })

  program
    .command('whoami')
    .description('Show the signed-in account and its server')
    .addHelpText('after', examples('prebook whoami', 'prebook whoami --json'))
    .action(async (_options, command: Command) => {
      const { whoami } = await import('../commands/whoami.ts')
      await whoami(command.optsWithGlobals<GlobalOptions>())
    })
}
