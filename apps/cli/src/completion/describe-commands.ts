import type { Argument, Command, Option } from 'commander'

/** A word that can be typed, and what it does. */
export type Word = { text: string; description: string }

/** An option, with what can be typed after it: words to choose from, a file, anything, or nothing. */
export type OptionWord = Word & { value: 'none' | 'any' | 'file' | string[] }

/** A place on the command line, such as that after `prebook books`. */
export type CompletionTarget = {
  /** The words before it, without `prebook`. */
  path: string[]
  commands: Word[]
  options: OptionWord[]
  /** What its argument is; null when it takes none. */
  argument: 'any' | 'file' | string[] | null
}

/** Every place of the command line, from the top: what the help shows is what can be completed. */
export function describeCommands(command: Command, path: string[] = []): CompletionTarget[] {
  const help = command.createHelp()
  const subcommands = help.visibleCommands(command)
  const place: CompletionTarget = {
    path,
    commands: subcommands.map((sub) => ({ text: sub.name(), description: sub.description() })),
    options: [...help.visibleOptions(command), ...globalOptions(command)].map(describeOption),
    argument: describeArgument(command.registeredArguments[0]),
  }
  // The built-in command `help` is made anew each time and leads nowhere.
  const below = command.commands.flatMap((sub) => describeCommands(sub, [...path, sub.name()]))
  return [place, ...below]
}

function globalOptions(command: Command): Option[] {
  return [...command.createHelp().visibleGlobalOptions(command)]
}

function describeOption(option: Option): OptionWord {
  const { long, flags, description, argChoices, required, optional } = option
  return {
    text: long ?? flags,
    description,
    value: argChoices ?? (!required && !optional ? 'none' : isFile(flags) ? 'file' : 'any'),
  }
}

function describeArgument(argument: Argument | undefined): CompletionTarget['argument'] {
  if (argument === undefined) return null
  return argument.argChoices ?? (isFile(argument.name()) ? 'file' : 'any')
}

/** Whether a placeholder such as `<file.csv>` stands for a file. */
function isFile(placeholder: string): boolean {
  return placeholder.includes('file.')
}
