import type { Argument, Command, Option } from 'commander'

/** A completable word and its description. */
export type Word = { text: string; description: string }

/** An option and the kind of its value: a list of choices, a file, any text, or none. */
export type OptionWord = Word & { value: 'none' | 'any' | 'file' | string[] }

/** A position on the command line, such as after `prebook books`, and what can follow there. */
export type CompletionTarget = {
  /** The command words before it, without `prebook`. */
  path: string[]
  commands: Word[]
  options: OptionWord[]
  /** The kind of its argument; null without one. */
  argument: 'any' | 'file' | string[] | null
}

/** Lists every position of the command line, starting at the root. Completions match the help. */
export function describeCommands(command: Command, path: string[] = []): CompletionTarget[] {
  const help = command.createHelp()
  const subcommands = help.visibleCommands(command)
  const target: CompletionTarget = {
    path,
    commands: subcommands.map((sub) => ({ text: sub.name(), description: sub.description() })),
    options: [...help.visibleOptions(command), ...globalOptions(command)].map(describeOption),
    argument: describeArgument(command.registeredArguments[0]),
  }
  // Excludes the built-in `help` command, which has no completions.
  const descendants = command.commands.flatMap((sub) => describeCommands(sub, [...path, sub.name()]))
  return [target, ...descendants]
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

/** Whether a placeholder such as `<file>` or `<file.csv>`, or an argument of this name, denotes a file. */
function isFile(placeholder: string): boolean {
  return placeholder.startsWith('file') || placeholder.includes('<file')
}
