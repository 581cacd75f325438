import { Option, type Command } from 'commander'
import { parseWholeNumber } from './whole-number.ts'

/** How to refer to a book, for the help. */
export const BOOK_ARGUMENT = "ID (12 or '#12'), ISBN, or words from the title or author"

/** The same within a sentence. */
export const BOOK_ARGUMENT_INLINE = 'ID, ISBN, or words from the title or author'

/** Formats the examples at the end of a command's help. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/** Adds `--limit` and `--all` to a command that prints a list. */
export function addLimitOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--limit <n>', 'Maximum number of entries (default: 50)')
        .argParser(parseWholeNumber)
        .conflicts('all'),
    )
    .option('--all', 'Show the whole list')
}

/**
 * Parses the ID of a token: `4` or `#4`.
 *
 * @throws InvalidArgumentError
 */
export function parseTokenId(text: string): number {
  return parseWholeNumber(text.replace(/^#/, ''))
}
