import { Option, type Command } from 'commander'
import type { RestockOptions } from '../commands/restock.ts'
import type { RestockShipmentOptions } from '../commands/restock-shipment.ts'
import type { StockHistoryOptions } from '../commands/stock-history.ts'
import type { WatchOptions } from '../commands/watch.ts'
import { CommandError } from './command-error.ts'
import { columnsHelp } from '../csv/columns.ts'
import { shipmentColumns } from '../shipment/shipment-columns.ts'
import { parseDifference, parseWholeNumber } from './whole-number.ts'
import { addExtent, BOOK_ARGUMENT, examples } from './shared-options.ts'

/** `restock`, `stock history`, `watch` */
export function addStockCommands(program: Command): void {
  program
    .command('restock')
    .description('change the stock of a book, or count a shipment in; from 0, everybody who waits is told')
    .argument('[book]', BOOK_ARGUMENT)
    .addOption(
      new Option('--to <n>', 'how many copies there are now').argParser(parseWholeNumber).conflicts('by'),
    )
    .addOption(
      new Option('--by <n>', 'how many copies more there are, or fewer: -2').argParser(parseDifference),
    )
    .option('--note <text>', 'a note for the record of stock movements')
    .addOption(
      new Option('--file <file.csv|->', 'a shipment: what arrived is added, title by title').conflicts([
        'to',
        'by',
        'note',
      ]),
    )
    .option(
      '--shipment <name>',
      'what this shipment is called, as on its packing slip; each line counts once',
    )
    .option('--yes', 'do not ask')
    .addHelpText('after', columnsHelp('Columns of a shipment file:', shipmentColumns))
    .addHelpText(
      'after',
      examples(
        'prebook restock 12 --to 5',
        'prebook restock 978-0-441-01359-3 --by -1 --note "water damage" --yes',
        'prebook restock --file arrived.csv --shipment 2026-0317',
      ),
    )
    .action(async (book: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<RestockOptions & Partial<RestockShipmentOptions>>()
      const { file, shipment } = options
      if (file === undefined && shipment === undefined) {
        if (book === undefined) throw wrongRestock('Say which book, or give a shipment with --file.')
        const { restock } = await import('../commands/restock.ts')
        return restock(book, options)
      }
      if (book !== undefined) throw wrongRestock('A shipment names its books in the file.')
      if (file === undefined || shipment === undefined)
        throw wrongRestock('A shipment needs both --file and --shipment.')
      const { restockShipment } = await import('../commands/restock-shipment.ts')
      return restockShipment({ ...options, file, shipment })
    })

  const stock = program.command('stock').description('look at what happened to the stock of a book')
  const history = stock
    .command('history')
    .description('list the stock movements of a book, newest first')
    .argument('<book>', BOOK_ARGUMENT)
  addExtent(history)
    .addHelpText('after', examples('prebook stock history 12', 'prebook stock history "dune messiah" --all'))
    .action(async (book: string, _options, command: Command) => {
      const { stockHistory } = await import('../commands/stock-history.ts')
      await stockHistory(book, command.optsWithGlobals<StockHistoryOptions>())
    })

  program
    .command('watch')
    .description('print each change of stock as it happens, until Ctrl-C')
    .option('--book <book>', 'of one book only: its id, ISBN or words of it')
    .addOption(
      new Option('--after <id>', 'begin after this stock movement instead of now').argParser(
        parseWholeNumber,
      ),
    )
    .addHelpText('after', examples('prebook watch', 'prebook watch --book "dune messiah" --json'))
    .action(async (_options, command: Command) => {
      const { watch } = await import('../commands/watch.ts')
      await watch(command.optsWithGlobals<WatchOptions>())
    })
}

function wrongRestock(message: string): CommandError {
  return new CommandError('usage', message, {
    remedy: 'Either `prebook restock <book> --to <n>`, or `prebook restock --file <file> --shipment <name>`.',
  })
}
