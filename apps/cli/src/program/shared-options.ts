import { Option, type Command } from 'commander'
import { parseWholeNumber } from './whole-number.ts'

/** How a book is named, for the help. */
export const BOOK_ARGUMENT = "its id (12 or '#12'), its ISBN, or words of its title or author"

/** The examples at the end of a command's help. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/** Adds the options of a list: how much of it is shown. */
export function addExtent(command: Command): Command {
  return command
    .addOption(
      new Option('--limit <n>', 'how many at most; 50 without it')
        .argParser(parseWholeNumber)
        .conflicts('all'),
    )
    .option('--all', 'the whole list')
}
