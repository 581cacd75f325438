import { Option, type Command } from 'commander'
import type { DemandOptions } from '../commands/demand.ts'
import type { DemandShowOptions } from '../commands/demand-show.ts'
import { parseSince } from './since.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addLimitOptions, BOOK_ARGUMENT, examples } from './shared-options.ts'

/** `demand`, `demand show` */
export function addDemandCommands(program: Command): void {
  const demand = program
    .command('demand')
    .description('Rank books by the number of readers waiting')
    // Otherwise `demand show … --limit 5` would set the limit of `demand`.
    .enablePositionalOptions()
    .option('--limit <n>', 'Maximum number of books (default: 50)', parseWholeNumber)
    .addOption(
      new Option(
        '--since <day>',
        'Count recent joins from this day on: 30d, or a date in the time zone of the shop',
      )
        .argParser(parseSince)
        .default(parseSince('7d'), '7d'),
    )
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
    .description('List the readers waiting for a book, in order')
    .argument('<book>', BOOK_ARGUMENT)
  addLimitOptions(show)
    .addHelpText('after', examples('prebook demand show 12', 'prebook demand show "dune" --all --json'))
    .action(async (book: string, _options, command: Command) => {
      const { showDemand } = await import('../commands/demand-show.ts')
      // The --limit of `demand` would override this one.
      await showDemand(book, {
        ...command.optsWithGlobals<DemandShowOptions>(),
        ...command.opts<DemandShowOptions>(),
      })
    })
}
