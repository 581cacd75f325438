import type { OptionWord, CompletionTarget } from './describe-commands.ts'

/** A place as the scripts name it: `/books/list`; the top is empty. */
export function targetName({ path }: CompletionTarget): string {
  return path.map((word) => `/${word}`).join('')
}

/** Text as one word of bash, zsh and fish. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The places below the top. */
export function targetsBelow(places: CompletionTarget[]): string[] {
  return places.map(targetName).filter((name) => name !== '')
}

/** The options after which something else comes than a command or an option. */
export function valueOptions(places: CompletionTarget[]): string[] {
  const options = places.flatMap((place) => place.options).filter(({ value }) => value !== 'none')
  return [...new Set(options.map(({ text }) => text))]
}

/** Each option at its place after which there is something to complete. */
export function completedOptions(places: CompletionTarget[]): { place: string; option: OptionWord }[] {
  return places.flatMap((place) =>
    place.options.flatMap((option) =>
      option.value === 'none' || option.value === 'any' ? [] : [{ place: targetName(place), option }],
    ),
  )
}

/** What can be typed at a place: commands, what its argument can be, options. */
export function wordsAt({
  commands,
  argument,
  options,
}: CompletionTarget): { text: string; description: string }[] {
  const choices = Array.isArray(argument) ? argument.map((text) => ({ text, description: '' })) : []
  return [...commands, ...choices, ...options]
}

/** The places whose argument is a file. */
export function fileTargets(places: CompletionTarget[]): string[] {
  return places.filter(({ argument }) => argument === 'file').map(targetName)
}
