import type { Command } from 'commander'
import type { BooksOverdueOptions } from '../commands/books-overdue.ts'
import type { BooksWithdrawOptions } from '../commands/books-withdraw.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { addListOptions, BOOK_ARGUMENT, BOOK_ARGUMENT_INLINE, examples } from './shared-options.ts'

/** `books expect`, `books overdue`, `books withdraw`, `books reinstate` */
export function addBookLifeCommands(books: Command): void {
  books
    .command('expect')
    .description('Set when a book is expected; waiting readers get an e-mail')
    .argument('<book>', BOOK_ARGUMENT)
    .argument('<when>', 'Day (2027-03-12), month (2027-03), season (2027-spring), or none')
    .addHelpText('after', expectHelp)
    .addHelpText(
      'after',
      examples(
        'prebook books expect 12 2027-03-12',
        'prebook books expect "dune messiah" 2027-spring',
        'prebook books expect 12 none',
      ),
    )
    .action(async (book: string, when: string, _options, command: Command) => {
      const { expectBook } = await import('../commands/books-expect.ts')
      await expectBook(book, when, command.optsWithGlobals<GlobalOptions>())
    })

  const overdue = books
    .command('overdue')
    .description('List sold-out books whose expected date has passed, longest overdue first')
  addListOptions(overdue)
    .addHelpText('after', examples('prebook books overdue', 'prebook books overdue --all --json'))
    .action(async (_options, command: Command) => {
      const { listOverdueBooks } = await import('../commands/books-overdue.ts')
      await listOverdueBooks(command.optsWithGlobals<BooksOverdueOptions>())
    })

  books
    .command('withdraw')
    .description('Withdraw a book that will not come back; waiting readers are notified')
    .argument('<book>', BOOK_ARGUMENT)
    .option('--successor <book>', `Book to offer instead: ${BOOK_ARGUMENT_INLINE}; "" removes it`)
    .option('--note <text>', 'Sentence for the e-mail to the waiting readers')
    .option('--yes', 'Skip the confirmation prompt')
    .addHelpText('after', withdrawHelp)
    .addHelpText(
      'after',
      examples('prebook books withdraw 12', 'prebook books withdraw 12 --successor 978-0-441-01359-3 --yes'),
    )
    .action(async (book: string, _options, command: Command) => {
      const { withdrawBook } = await import('../commands/books-withdraw.ts')
      await withdrawBook(book, command.optsWithGlobals<BooksWithdrawOptions>())
    })

  books
    .command('reinstate')
    .description('Let readers pre-book a withdrawn book again')
    .argument('<book>', BOOK_ARGUMENT)
    .addHelpText('after', examples('prebook books reinstate 12'))
    .action(async (book: string, _options, command: Command) => {
      const { reinstateBook } = await import('../commands/books-reinstate.ts')
      await reinstateBook(book, command.optsWithGlobals<GlobalOptions>())
    })
}

const expectHelp = `

Seasons: spring is March to May, summer June to August, autumn September to
November, and winter December to February: 2027-winter begins in December 2027.
The date is shown while the book is sold out, until it has passed.`

const withdrawHelp = `

Waiting pre-bookings are cancelled for good. The book cannot be pre-booked
until you reinstate or restock it.`
