import { Option, type Command } from 'commander'
import type { LoginOptions } from '../commands/login.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { examples } from './shared-options.ts'

/** `login`, `logout`, `whoami` */
export function addSessionCommands(program: Command): void {
  program
    .command('login')
    .description('sign in; the token is kept for this server')
    .option('--email <address>', 'whose account; asked for when missing')
    .addOption(
      new Option('--password-stdin', 'read the password from standard input').conflicts('tokenStdin'),
    )
    .addOption(
      new Option('--token-stdin', 'take over a session: read its token from standard input').conflicts(
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
    .description('end the session and forget the token')
    .addHelpText('after', examples('prebook logout'))
    .action(async (_options, command: Command) => {
      const { logout } = await import('../commands/logout.ts')
      await logout(command.optsWithGlobals<GlobalOptions>())
    })

  program
    .command('whoami')
    .description('show who is signed in, and where')
    .addHelpText('after', examples('prebook whoami', 'prebook whoami --json'))
    .action(async (_options, command: Command) => {
      const { whoami } = await import('../commands/whoami.ts')
      await whoami(command.optsWithGlobals<GlobalOptions>())
    })
}
