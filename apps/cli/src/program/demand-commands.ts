import type { Command } from 'commander'
import type { DemandOptions } from '../commands/demand.ts'
import type { DemandShowOptions } from '../commands/demand-show.ts'
import { parseSince } from './since.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addExtent, BOOK_ARGUMENT, examples } from './shared-options.ts'

/** `demand`, `demand show` */
export function addDemandCommands(program: Command): void {
  const demand = program
    .command('demand')
    .description('show what readers wait for, most wanted first')
    // Otherwise `demand show … --limit 5` would limit `demand`.
    .enablePositionalOptions()
    .option('--limit <n>', 'how many books at most; 50 without it', parseWholeNumber)
    .option('--since <day>', 'from when on counts as lately: 30d, or a date', (text) => parseSince(text), 7)
    .addHelpText(
      'after',
      examples(
        'prebook demand',
        'prebook demand --limit 10 --since 30d',
        'prebook demand --since 2026-03-01',
        'prebook demand show 12',
      ),
    )
    .action(async (_options, command: Command) => {
      const { demand: showTop } = await import('../commands/demand.ts')
      await showTop(command.optsWithGlobals<DemandOptions>())
    })

  const show = demand
    .command('show')
    .description('show who waits for a book, in the order in which they came')
    .argument('<book>', BOOK_ARGUMENT)
  addExtent(show)
    .addHelpText('after', examples('prebook demand show 12', 'prebook demand show "dune" --all --json'))
    .action(async (book: string, _options, command: Command) => {
      const { showDemand } = await import('../commands/demand-show.ts')
      // `demand` has a --limit of its own, which would win over this one.
      await showDemand(book, {
        ...command.optsWithGlobals<DemandShowOptions>(),
        ...command.opts<DemandShowOptions>(),
      })
    })
}
