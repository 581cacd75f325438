import { Option, type Command } from 'commander'
import type { BooksAddOptions } from '../commands/books-add.ts'
import type { BooksEditOptions } from '../commands/books-edit.ts'
import type { BooksImportOptions } from '../commands/books-import.ts'
import type { BooksListOptions } from '../commands/books-list.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { bookColumns, columnsHelp } from '@prebook/book-files'
import { encodingOption, mapOption } from '../files/file-options.ts'
import { addBookLifeCommands } from './book-life-commands.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addListOptions, BOOK_ARGUMENT, examples } from './shared-options.ts'

/** `books …` */
export function addBookCommands(program: Command): void {
  const books = program
    .command('books')
    .description('List, show, add, edit, import, expect and withdraw books')
  addReading(books)
  addChanging(books)
  addImport(books)
  addBookLifeCommands(books)
}

function addReading(books: Command): void {
  const list = books
    .command('list')
    .description('List books by title')
    .option('--query <text>', 'Only books with these words in the title, author or ISBN')
    .addOption(new Option('--in-stock', 'Only books in stock').conflicts('outOfStock'))
    .option('--out-of-stock', 'Only books out of stock')
  addListOptions(list)
    .addHelpText(
      'after',
      examples('prebook books list --query "le guin"', 'prebook books list --out-of-stock --all'),
    )
    .action(async (_options, command: Command) => {
      const { listBooks } = await import('../commands/books-list.ts')
      await listBooks(command.optsWithGlobals<BooksListOptions>())
    })

  books
    .command('show')
    .description('Show the details of a book')
    .argument('<book>', BOOK_ARGUMENT)
    .addHelpText(
      'after',
      examples('prebook books show 12', 'prebook books show 978-0-441-01359-3', 'prebook books show "dune"'),
    )
    .action(async (book: string, _options, command: Command) => {
      const { showBook } = await import('../commands/books-show.ts')
      await showBook(book, command.optsWithGlobals<GlobalOptions>())
    })
}

function addChanging(books: Command): void {
  books
    .command('add')
    .description('Add a book')
    .requiredOption('--title <text>', 'Title')
    .requiredOption('--author <text>', 'Author')
    .requiredOption('--price <amount>', 'Price in the currency of the shop, such as 19.99')
    .option('--isbn <isbn>', 'ISBN-10 or ISBN-13')
    .option('--description <text>', 'Description')
    .option('--stock <n>', 'Copies in stock (default: 0)', parseWholeNumber)
    .addHelpText(
      'after',
      examples('prebook books add --title Dune --author "Frank Herbert" --price 9.99 --stock 3'),
    )
    .action(async (_options, command: Command) => {
      const { addBook } = await import('../commands/books-add.ts')
      await addBook(command.optsWithGlobals<BooksAddOptions>())
    })

  books
    .command('edit')
    .description('Edit the details of a book')
    .argument('<book>', BOOK_ARGUMENT)
    .option('--title <text>', 'Title')
    .option('--author <text>', 'Author')
    .option('--price <amount>', 'Price in the currency of the shop, such as 19.99')
    .option('--isbn <isbn>', 'ISBN-10 or ISBN-13; "" removes it')
    .option('--description <text>', 'Description; "" removes it')
    .addHelpText(
      'after',
      examples('prebook books edit 12 --price 12.50', 'prebook books edit 12 --description ""'),
    )
    .action(async (book: string, _options, command: Command) => {
      const { editBook } = await import('../commands/books-edit.ts')
      await editBook(book, command.optsWithGlobals<BooksEditOptions>())
    })
}

const importHelp = `

A line among the first 20 names the columns, in any order. The columns of
Shopify, WooCommerce, Square, Goodreads, LibraryThing, Calibre and others are
known; the rest is ignored and named. The ISBN decides whether a row adds or
updates a book. What a row leaves out, a known book keeps; it also keeps its
stock: change that with \`prebook restock\`. Importing again is safe.

A price is read if it has one meaning in the file, in the currency of the
shop. Damaged cells are mended where only one reading is possible. Repairs
and rows that are not imported are listed in catalogue.report.csv, next to
catalogue.csv. Two rows of one ISBN must say the same.

The expected column has a date (20270312 and 202703 are fine too), and an
empty one changes nothing. An availability that says that a title has ended
(01, 41, 42, 46 to 49, 51, 52 or withdrawn) withdraws it, in favour of the
successor if the row has one. Only available makes it available again.
Before titles are withdrawn for which readers wait, the command asks.

A profile keeps --map, --encoding, --decimal, --repair, --placeholders,
--price, --author and the chosen columns, in import-profiles.json next to the
saved session. Options overrule it. More is in docs/importing.md.`

function addImport(books: Command): void {
  books
    .command('import')
    .description('Add and update books from a CSV or Excel file')
    .argument('<file|->', 'CSV or Excel file, or - for standard input')
    .option('--dry-run', 'Check every row without changing anything')
    .option('--yes', 'Do not ask before titles are withdrawn')
    .addOption(mapOption(bookColumns))
    .option('--strict', 'Refuse a file with columns that are not used')
    .option('--price <amount>', 'Price of rows that have none')
    .option('--author <text>', 'Author of rows that have none')
    .addOption(new Option('--decimal <sign>', 'Decimal sign of the prices').choices(['point', 'comma']))
    .addOption(encodingOption())
    .addOption(new Option('--repair <which>', 'Mend damaged cells').choices(['all', 'none']))
    .addOption(
      new Option('--placeholders <how>', 'Rows without an ISBN: refuse them, or leave them out').choices([
        'refuse',
        'as-none',
      ]),
    )
    .option('--report <file>', 'Where to list repairs and refused rows')
    .option('--profile <name>', 'Use the options saved under this name')
    .option('--save-profile <name>', 'Save the options under this name')
    .addHelpText('after', columnsHelp('Columns:', bookColumns) + importHelp)
    .addHelpText(
      'after',
      examples(
        'prebook books import catalogue.csv --dry-run',
        'prebook books import list.csv --map price="RRP inc VAT" --save-profile list',
        'zcat books.csv.gz | prebook books import -',
      ),
    )
    .action(async (file: string, _options, command: Command) => {
      const { importBooks } = await import('../commands/books-import.ts')
      await importBooks(file, command.optsWithGlobals<BooksImportOptions>())
    })
}
