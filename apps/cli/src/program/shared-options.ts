import { Option, type Command } from 'commander'
import { CommandError } from './command-error.ts'
import { parseWholeNumber } from './whole-number.ts'

/** How to refer to a book, for the help. */
export const BOOK_ARGUMENT = "ID (12 or '#12'), ISBN, or words from the title or author"

/** The same within a sentence. */
export const BOOK_ARGUMENT_INLINE = 'ID, ISBN, or words from the title or author'

/** Formats the examples at the end of a command's help. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/** Adds `--limit`, `--all` and `--csv` to a command that prints a list. */
export function addListOptions(command: Command): Command {
  return addCsvOption(command)
    .addOption(
      new Option('--limit <n>', 'Maximum number of entries (default: 50)')
        .argParser(parseWholeNumber)
        .conflicts('all'),
    )
    .option('--all', 'Show the whole list')
}

/**
 * Adds `--csv`. Commander finds conflicts only among the options of one command, and `--json` is one of the program.
 */
function addCsvOption(command: Command): Command {
  return command
    .option('--csv', 'Print CSV for spreadsheets, page by page')
    .hook('preAction', (_, action) => {
      const { csv, json } = action.optsWithGlobals<{ csv?: boolean; json?: boolean }>()
      if (csv === true && json === true)
        throw new CommandError('usage', 'Use either --csv or --json, not both.')
    })
}

/**
 * Parses the ID of a token: `4` or `#4`.
 *
 * @throws InvalidArgumentError
 */
export function parseTokenId(text: string): number {
  return parseWholeNumber(text.replace(/^#/, ''))
}
