import { CommandError } from '../program/command-error.ts'
import { canPrompt } from './output.ts'

/**
 * Checks, before any work, that a change can be confirmed: by `--yes`, or by a prompt on a terminal.
 *
 * @throws CommandError `usage`
 */
export function requireConfirmation(options: { yes?: boolean; json?: boolean }): void {
  if (options.yes === true || canPrompt(options)) return
  const situation = options.json === true ? 'with --json' : 'without a terminal'
  throw new CommandError('usage', `Cannot ask for confirmation ${situation}.`, {
    remedy: 'Add --yes to confirm the change.',
  })
}
