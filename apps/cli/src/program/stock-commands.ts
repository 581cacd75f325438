import { Option, type Command } from 'commander'
import type { RestockOptions } from '../commands/restock.ts'
import type { RestockShipmentOptions } from '../commands/restock-shipment.ts'
import type { StockBatchOptions } from '../commands/stock-batch.ts'
import type { StockHistoryOptions } from '../commands/stock-history.ts'
import type { StockImportOptions } from '../commands/stock-import.ts'
import type { WatchOptions } from '../commands/watch.ts'
import { CommandError } from './command-error.ts'
import { batchColumns, columnsHelp, shipmentColumns, stockListColumns } from '@prebook/book-files'
import { encodingOption, mapOption } from '../files/file-options.ts'
import { parseDifference, parseWholeNumber } from './whole-number.ts'
import { addListOptions, BOOK_ARGUMENT, BOOK_ARGUMENT_INLINE, examples } from './shared-options.ts'

/** `restock`, `stock batch`, `stock import`, `stock history`, `watch` */
export function addStockCommands(program: Command): void {
  program
    .command('restock')
    .description('Change the stock of a book, or add a shipment; a restock notifies waiting readers')
    .argument('[book]', BOOK_ARGUMENT)
    .addOption(
      new Option('--to <n>', 'Set the stock to this many copies').argParser(parseWholeNumber).conflicts('by'),
    )
    .addOption(new Option('--by <n>', 'Add copies, or remove them: -2').argParser(parseDifference))
    .option('--note <text>', 'Note for the stock history')
    .addOption(
      new Option('--file <file.csv|->', 'Add the copies listed in a shipment file, title by title').conflicts(
        ['to', 'by', 'note'],
      ),
    )
    .option(
      '--shipment <name>',
      'Unique name of the shipment, such as its packing slip number; each line counts once',
    )
    .addOption(mapOption(shipmentColumns))
    .addOption(encodingOption())
    .option('--yes', 'Skip the confirmation prompt')
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
        if (book === undefined) throw restockUsage('Missing <book> or --file.')
        const { restock } = await import('../commands/restock.ts')
        return restock(book, options)
      }
      if (book !== undefined)
        throw restockUsage('<book> cannot be used with --file: the file names the books.')
      if (file === undefined || shipment === undefined)
        throw restockUsage('--file and --shipment must be used together.')
      const { restockShipment } = await import('../commands/restock-shipment.ts')
      return restockShipment({ ...options, file, shipment })
    })

  const stock = program.command('stock').description('Change the stock of many books, or show its history')
  stock
    .command('batch')
    .description('Change the stock of the books in a file; each line has an outcome of its own')
    .argument('<file|->', 'CSV or JSON file, or - for standard input')
    .option(
      '--key <key>',
      'Unique name of this batch; with it, running the command again applies no line twice',
    )
    .addHelpText('after', columnsHelp('Columns of a CSV file:', batchColumns) + batchHelp)
    .addHelpText(
      'after',
      examples('prebook stock batch count.csv', 'prebook stock batch delivery.json --key delivery-2026-0317'),
    )
    .action(async (file: string, _options, command: Command) => {
      const { stockBatch } = await import('../commands/stock-batch.ts')
      await stockBatch(file, command.optsWithGlobals<StockBatchOptions>())
    })
  stock
    .command('import')
    .description('Set the stock to that of a list, such as the export of a till; shows the effect first')
    .argument('<file|->', 'list of books and their copies, or - for standard input')
    .addOption(mapOption(stockListColumns))
    .addOption(encodingOption())
    .option('--dry-run', 'Show the effect without changing anything')
    .option('--report <file.csv>', 'Write the lines in which the list differs from the stock')
    .option('--force', 'Replace an existing report')
    .option('--yes', 'Skip the confirmation prompt, unless the list looks wrong')
    .option('--yes-really', 'Skip every confirmation prompt')
    .addHelpText('after', columnsHelp('Columns of a list:', stockListColumns) + stockListHelp)
    .addHelpText(
      'after',
      examples(
        'prebook stock import on-hand.csv --dry-run --report drift.csv',
        'prebook stock import on-hand.csv --yes',
      ),
    )
    .action(async (file: string, _options, command: Command) => {
      const { stockImport } = await import('../commands/stock-import.ts')
      await stockImport(file, command.optsWithGlobals<StockImportOptions>())
    })
  const history = stock
    .command('history')
    .description('List the stock movements of a book, newest first')
    .argument('<book>', BOOK_ARGUMENT)
  addListOptions(history)
    .addHelpText('after', examples('prebook stock history 12', 'prebook stock history "dune messiah" --all'))
    .action(async (book: string, _options, command: Command) => {
      const { stockHistory } = await import('../commands/stock-history.ts')
      await stockHistory(book, command.optsWithGlobals<StockHistoryOptions>())
    })

  program
    .command('watch')
    .description('Print stock changes as they happen, until Ctrl-C')
    .option('--book <book>', `Only changes of this book: ${BOOK_ARGUMENT_INLINE}`)
    .addOption(
      new Option('--after <id>', 'Start after this stock movement instead of now').argParser(
        parseWholeNumber,
      ),
    )
    .addHelpText('after', examples('prebook watch', 'prebook watch --book "dune messiah" --json'))
    .action(async (_options, command: Command) => {
      const { watch } = await import('../commands/watch.ts')
      await watch(command.optsWithGlobals<WatchOptions>())
    })
}

const batchHelp = `

A JSON file is a list of such lines, an object { "lines": [ … ] }, or has
one line as an object on each line of text. Lines are applied in order.
A restock notifies waiting readers without asking.`

const stockListHelp = `

Books that the list does not name keep their stock. A list that would change
more than 30 % of its titles, or empty more than 10 % of those in stock, is
confirmed twice; without a terminal it needs --yes-really.`

function restockUsage(message: string): CommandError {
  return new CommandError('usage', message, {
    remedy: 'Use `prebook restock <book> --to <n>`, or `prebook restock --file <file> --shipment <name>`.',
  })
}
