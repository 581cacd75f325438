import { Option, type Command } from 'commander'
import type { BooksAddOptions } from '../commands/books-add.ts'
import type { BooksEditOptions } from '../commands/books-edit.ts'
import type { BooksImportOptions } from '../commands/books-import.ts'
import type { BooksListOptions } from '../commands/books-list.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { columnsHelp } from '../csv/columns.ts'
import { bookColumns } from '../import/book-columns.ts'
import { parsePriceArgument } from './price.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addExtent, BOOK_ARGUMENT, examples } from './shared-options.ts'

/** `books …` */
export function addBookCommands(program: Command): void {
  const books = program.command('books').description('look at the catalogue, add to it, change it')
  addReading(books)
  addChanging(books)
  addImport(books)
}

function addReading(books: Command): void {
  const list = books
    .command('list')
    .description('list books by title')
    .option('--query <text>', 'only books with these words in title, author or ISBN')
    .addOption(new Option('--in-stock', 'only books in stock').conflicts('outOfStock'))
    .option('--out-of-stock', 'only books that are sold out')
  addExtent(list)
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
    .description('show everything the catalogue says of a book')
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
    .description('add a book')
    .requiredOption('--title <text>', 'its title')
    .requiredOption('--author <text>', 'who wrote it')
    .requiredOption('--price <amount>', 'its price, such as 19.99', (text) => parsePriceArgument(text))
    .option('--isbn <isbn>', 'its ISBN-10 or ISBN-13')
    .option('--description <text>', 'what it is about')
    .option('--stock <n>', 'copies in stock; 0 without it', parseWholeNumber)
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
    .description('change what the catalogue says of a book')
    .argument('<book>', BOOK_ARGUMENT)
    .option('--title <text>', 'its title')
    .option('--author <text>', 'who wrote it')
    .option('--price <amount>', 'its price, such as 19.99', (text) => parsePriceArgument(text))
    .option('--isbn <isbn>', 'its ISBN-10 or ISBN-13; "" takes it away')
    .option('--description <text>', 'what it is about; "" takes it away')
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
The first line names the columns, in any order. Commas, semicolons or tabs
separate them. A row without a description leaves that of a known book as it
is. The stock of a known book is left alone: \`prebook restock\` changes it.
Running an import again is safe.`

function addImport(books: Command): void {
  books
    .command('import')
    .description(
      'add books from a CSV file, and bring known ones up to date; the ISBN decides which is which',
    )
    .argument('<file.csv|->', 'the file, or - for standard input')
    .option('--dry-run', 'tell what would come of each row, and change nothing')
    .addHelpText('after', columnsHelp('Columns:', bookColumns) + importHelp)
    .addHelpText(
      'after',
      examples('prebook books import catalogue.csv --dry-run', 'zcat books.csv.gz | prebook books import -'),
    )
    .action(async (file: string, _options, command: Command) => {
      const { importBooks } = await import('../commands/books-import.ts')
      await importBooks(file, command.optsWithGlobals<BooksImportOptions>())
    })
}
