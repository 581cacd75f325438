import { Argument, type Command } from 'commander'
import type { GlobalOptions } from '../session/connect.ts'
import { examples } from './shared-options.ts'

/** `status`, `completion` */
export function addServerCommands(program: Command): void {
  program
    .command('status')
    .description('Show the server, its state and your account')
    .addHelpText('after', examples('prebook status', 'prebook status --url https://books.example.org --json'))
    .action(async (_options, command: Command) => {
      const { status } = await import('../commands/status.ts')
      await status(command.optsWithGlobals<GlobalOptions>())
    })

  program
    .command('completion')
    .description('Print a shell completion script')
    .addArgument(new Argument('<shell>', 'Shell to complete for').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        'source <(prebook completion bash)             in ~/.bashrc',
        'source <(prebook completion zsh)              in ~/.zshrc, after compinit',
        'prebook completion fish | source              in ~/.config/fish/config.fish',
      ),
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish', _options, command: Command) => {
      const { printCompletion } = await import('../commands/completion.ts')
      printCompletion(shell, program, command.optsWithGlobals<GlobalOptions>())
    })
}
