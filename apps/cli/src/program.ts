// Commander only: what a command needs is loaded when it runs, so that help and completion stay quick.
import { Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { BooksAddOptions } from './commands/books-add.ts'
import type { BooksListOptions } from './commands/books-list.ts'
import type { DemandOptions } from './commands/demand.ts'
import type { LoginOptions } from './commands/login.ts'
import type { RestockOptions } from './commands/restock.ts'
import type { GlobalOptions } from './connect.ts'
import { exitCodes, exitMeanings, type Exit } from './exit-codes.ts'
import { parsePrice } from './price.ts'
import { parseWholeNumber } from './whole-number.ts'

/** The command line as a whole. Wrong usage and `--help` end it with a `CommanderError`; see `main.ts`. */
export function createProgram(): Command {
  const program = new Command('prebook')
    .description('The command line for admins of a Prebook server.')
    .version(manifest.version, '--version', 'show the version')
    .option('--url <address>', 'the server (PREBOOK_URL; else the one you last signed in to)')
    .option('--json', 'print JSON instead of text, and never ask')
    .option('--verbose', 'add the reason, the cause and the request id to errors')
    .helpOption('--help', 'show help')
    .helpCommand('help [command]', 'show help on a command')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .addHelpText('after', [environmentHelp, exitCodesHelp()].join('\n'))
  addSessionCommands(program)
  addBookCommands(program.command('books').description('list the catalogue, add to it'))
  addStockCommands(program)
  return program
}

function addSessionCommands(program: Command): void {
  program
    .command('login')
    .description('sign in; the token is kept for this server')
    .option('--email <address>', 'whose account; asked for when missing')
    .addOption(
      new Option('--password-stdin', 'read the password from standard input').conflicts('tokenStdin'),
    )
    .addOption(
      new Option('--token-stdin', 'take over a session: read its token from standard input').conflicts(
        'email',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'prebook login',
        'prebook login --url https://books.example.org --email a@b.c --password-stdin < file',
      ),
    )
    .action(async (_options, command: Command) => {
      const { login } = await import('./commands/login.ts')
      await login(command.optsWithGlobals<LoginOptions>())
    })

  program
    .command('logout')
    .description('end the session and forget the token')
    .addHelpText('after', examples('prebook logout'))
    .action(async (_options, command: Command) => {
      const { logout } = await import('./commands/logout.ts')
      await logout(command.optsWithGlobals<GlobalOptions>())
    })

  program
    .command('whoami')
    .description('show who is signed in, and where')
    .addHelpText('after', examples('prebook whoami', 'prebook whoami --json'))
    .action(async (_options, command: Command) => {
      const { whoami } = await import('./commands/whoami.ts')
      await whoami(command.optsWithGlobals<GlobalOptions>())
    })
}

function addBookCommands(books: Command): void {
  books
    .command('list')
    .description('list books by title')
    .option('--query <text>', 'only books with these words in title, author or ISBN')
    .addOption(new Option('--in-stock', 'only books in stock').conflicts('outOfStock'))
    .option('--out-of-stock', 'only books that are sold out')
    .addOption(
      new Option('--limit <n>', 'how many at most; 50 without it')
        .argParser(parseWholeNumber)
        .conflicts('all'),
    )
    .option('--all', 'the whole list')
    .addHelpText(
      'after',
      examples('prebook books list --query "le guin"', 'prebook books list --out-of-stock --all'),
    )
    .action(async (_options, command: Command) => {
      const { listBooks } = await import('./commands/books-list.ts')
      await listBooks(command.optsWithGlobals<BooksListOptions>())
    })

  books
    .command('add')
    .description('add a book')
    .requiredOption('--title <text>', 'its title')
    .requiredOption('--author <text>', 'who wrote it')
    .requiredOption('--price <amount>', 'its price, such as 19.99', parsePrice)
    .option('--isbn <isbn>', 'its ISBN-10 or ISBN-13')
    .option('--description <text>', 'what it is about')
    .option('--stock <n>', 'copies in stock; 0 without it', parseWholeNumber)
    .addHelpText(
      'after',
      examples('prebook books add --title Dune --author "Frank Herbert" --price 9.99 --stock 3'),
    )
    .action(async (_options, command: Command) => {
      const { addBook } = await import('./commands/books-add.ts')
      await addBook(command.optsWithGlobals<BooksAddOptions>())
    })
}

function addStockCommands(program: Command): void {
  program
    .command('restock')
    .description('set the stock of a book; from 0, everybody who waits for it is told')
    .argument('<book>', "its id (12 or '#12') or its ISBN")
    .requiredOption('--to <n>', 'how many copies there are now', parseWholeNumber)
    .option('--note <text>', 'a note for the record of stock movements')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'prebook restock 12 --to 5',
        'prebook restock 978-0-441-01359-3 --to 0 --note "water damage" --yes',
      ),
    )
    .action(async (book: string, _options, command: Command) => {
      const { restock } = await import('./commands/restock.ts')
      await restock(book, command.optsWithGlobals<RestockOptions>())
    })

  program
    .command('demand')
    .description('show what readers wait for, most wanted first')
    .option('--limit <n>', 'how many books at most; 50 without it', parseWholeNumber)
    .option('--days <n>', 'how many days back counts as lately', parseWholeNumber, 7)
    .addHelpText('after', examples('prebook demand', 'prebook demand --limit 10 --days 30'))
    .action(async (_options, command: Command) => {
      const { demand } = await import('./commands/demand.ts')
      await demand(command.optsWithGlobals<DemandOptions>())
    })
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

const environmentHelp = `
Environment:
  PREBOOK_URL    the server, when there is no --url
  PREBOOK_TOKEN  the session's token, instead of the one that login keeps
  NO_COLOR       no colours
`

function exitCodesHelp(): string {
  const names = Object.keys(exitCodes) as Exit[]
  const lines = names.map((name) => `  ${String(exitCodes[name]).padEnd(4)} ${exitMeanings[name]}`)
  return `Exit codes:\n${lines.join('\n')}`
}
