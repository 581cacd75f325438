import { CommandError } from '../program/command-error.ts'
import { canAsk } from './output.ts'

/**
 * Makes sure, before anything is done, that a change can be agreed to: by `--yes`, or by somebody on a terminal.
 *
 * @throws CommandError `usage`
 */
export function requireConsent(options: { yes?: boolean; json?: boolean }): void {
  if (options.yes === true || canAsk(options)) return
  const why = options.json === true ? 'With --json nobody is asked' : 'Without a terminal nobody can be asked'
  throw new CommandError('usage', `${why} to confirm the change.`, {
    remedy: 'Add --yes to make it all the same.',
  })
}
