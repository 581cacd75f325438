import type { OptionWord, CompletionTarget } from './describe-commands.ts'

/** The name of a target in the scripts, such as `/books/list`. The root is empty. */
export function targetName({ path }: CompletionTarget): string {
  return path.map((word) => `/${word}`).join('')
}

/** Quotes text as one word of bash, zsh and fish. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The names of all targets except the root. */
export function targetsBelow(targets: CompletionTarget[]): string[] {
  return targets.map(targetName).filter((name) => name !== '')
}

/** The options that take a value. */
export function valueOptions(targets: CompletionTarget[]): string[] {
  const options = targets.flatMap((target) => target.options).filter(({ value }) => value !== 'none')
  return [...new Set(options.map(({ text }) => text))]
}

/** The options with completable values, each with its target. */
export function completedOptions(targets: CompletionTarget[]): { target: string; option: OptionWord }[] {
  return targets.flatMap((target) =>
    target.options.flatMap((option) =>
      option.value === 'none' || option.value === 'any' ? [] : [{ target: targetName(target), option }],
    ),
  )
}

/** The words that can follow at a target: commands, choices of its argument, and options. */
export function wordsAt({
  commands,
  argument,
  options,
}: CompletionTarget): { text: string; description: string }[] {
  const choices = Array.isArray(argument) ? argument.map((text) => ({ text, description: '' })) : []
  return [...commands, ...choices, ...options]
}

/** The targets that take a file argument. */
export function fileTargets(targets: CompletionTarget[]): string[] {
  return targets.filter(({ argument }) => argument === 'file').map(targetName)
}
