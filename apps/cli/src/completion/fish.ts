import type { OptionWord, CompletionTarget } from './describe-commands.ts'
import { targetName, targetsBelow, quote, valueOptions } from './script-parts.ts'

/** The completion script for fish. */
export function fishScript(targets: CompletionTarget[]): string {
  const options = valueOptions(targets).map((option) => quote(`*/${option}`))
  return `# Completion of prebook for fish: prebook completion fish | source
function __prebook_at
  set -l target ''
  set -l skip no
  for word in (commandline -opc)[2..]
    if test $skip = yes
      set skip no
      continue
    end
    switch "$target/$word"
      case ${targetsBelow(targets).join(' ')}
        set target "$target/$word"
      case ${options.join(' ')}
        set skip yes
    end
  end
  test "$target" = "$argv[1]"
end
complete -c prebook -f
${targets.flatMap(linesOf).join('\n')}`
}

function linesOf(target: CompletionTarget): string[] {
  const at = `complete -c prebook -n ${quote(`__prebook_at ${quote(targetName(target)).replaceAll("'", '"')}`)}`
  const { commands, argument, options } = target
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
