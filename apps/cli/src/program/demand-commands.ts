import { Option, type Command } from 'commander'
import type { DemandOptions } from '../commands/demand.ts'
import type { DemandOrderOptions } from '../commands/demand-order.ts'
import type { DemandShowOptions } from '../commands/demand-show.ts'
import { parseSince } from './since.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addListOptions, BOOK_ARGUMENT, examples } from './shared-options.ts'

/** `demand`, `demand order`, `demand show` */
export function addDemandCommands(program: Command): void {
  const demand = program
    .command('demand')
    .description('Rank books by the number of readers waiting')
    // Otherwise `demand show … --limit 5` would set the limit of `demand`.
    .enablePositionalOptions()
  addListOptions(demand)
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
        'prebook demand --all --csv > demand.csv',
        'prebook demand show 12',
      ),
    )
    .action(async (_options, command: Command) => {
      const { demand: showTop } = await import('../commands/demand.ts')
      await showTop(command.optsWithGlobals<DemandOptions>())
    })

  const order = demand
    .command('order')
    .description('List all books that readers wait for, with how many copies to order')
    .addOption(
      new Option(
        '--readers-per-copy <n>',
        'Waiting readers for whom one copy is ordered (default: the setting of the shop)',
      ).argParser(parseWholeNumber),
    )
  addListOptions(order)
    .addHelpText(
      'after',
      examples('prebook demand order', 'prebook demand order --readers-per-copy 2 --all --csv > order.csv'),
    )
    .action(async (_options, command: Command) => {
      const { orderList } = await import('../commands/demand-order.ts')
      // The --limit of `demand` would override this one.
      await orderList({
        ...command.optsWithGlobals<DemandOrderOptions>(),
        ...command.opts<DemandOrderOptions>(),
      })
    })

  const show = demand
    .command('show')
    .description('List the readers waiting for a book, in order')
    .argument('<book>', BOOK_ARGUMENT)
  addListOptions(show)
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
