import type { OptionWord, CompletionTarget } from './describe-commands.ts'
import { targetName, targetsBelow, quote, valueOptions } from './script-parts.ts'

/** The completion script for fish. */
export function fishScript(places: CompletionTarget[]): string {
  const options = valueOptions(places).map((option) => quote(`*/${option}`))
  return `# Completion of prebook for fish: prebook completion fish | source
function __prebook_at
  set -l place ''
  set -l skip no
  for word in (commandline -opc)[2..]
    if test $skip = yes
      set skip no
      continue
    end
    switch "$place/$word"
      case ${targetsBelow(places).join(' ')}
        set place "$place/$word"
      case ${options.join(' ')}
        set skip yes
    end
  end
  test "$place" = "$argv[1]"
end
complete -c prebook -f
${places.flatMap(linesOf).join('\n')}`
}

function linesOf(place: CompletionTarget): string[] {
  const at = `complete -c prebook -n ${quote(`__prebook_at ${quote(targetName(place)).replaceAll("'", '"')}`)}`
  const { commands, argument, options } = place
  return [
    ...commands.map(({ text, description }) => `${at} -a ${text} -d ${quote(description)}`),
    ...(Array.isArray(argument) ? [`${at} -a ${quote(argument.join(' '))}`] : []),
    ...(argument === 'file' ? [`${at} -F`] : []),
    ...options.map(
      (option) => `${at} -l ${option.text.slice(2)}${valueOf(option)} -d ${quote(option.description)}`,
    ),
  ]
}

function valueOf({ value }: OptionWord): string {
  if (value === 'none') return ''
  if (value === 'any') return ' -x'
  return value === 'file' ? ' -r -F' : ` -x -a ${quote(value.join(' '))}`
}
