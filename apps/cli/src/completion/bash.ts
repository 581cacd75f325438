import type { CompletionTarget } from './describe-commands.ts'
import {
  completedOptions,
  fileTargets,
  targetName,
  targetsBelow,
  quote,
  valueOptions,
  wordsAt,
} from './script-parts.ts'

/** The completion script for bash. */
export function bashScript(places: CompletionTarget[]): string {
  const files = 'compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$current"))'
  const afterOptions = completedOptions(places).map(({ place, option: { text, value } }) =>
    Array.isArray(value)
      ? `    ${quote(`${place} ${text}`)}) COMPREPLY=($(compgen -W ${quote(value.join(' '))} -- "$current")); return ;;`
      : `    ${quote(`${place} ${text}`)}) ${files}; return ;;`,
  )
  const words = places.map((place) => {
    const list = wordsAt(place).map(({ text }) => text)
    return `    ${quote(targetName(place))}) words=${quote(list.join(' '))} ;;`
  })
  return `# Completion of prebook for bash: source <(prebook completion bash)
_prebook() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local place='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$place/\${COMP_WORDS[index]}" in
      ${targetsBelow(places).join('|')}) place="$place/\${COMP_WORDS[index]}" ;;
      ${pattern(places, '*/')}) index=$((index + 1)) ;;
    esac
  done
  COMPREPLY=()
  case "$place $previous" in
${afterOptions.join('\n')}
    ${pattern(places, '*\\ ')}) return ;;
  esac
  case "$place" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$place" in
    ${fileTargets(places).map(quote).join('|')}) ${files} ;;
  esac
}
complete -F _prebook prebook`
}

/** Any of the options that take a value, after something. */
function pattern(places: CompletionTarget[], before: string): string {
  return valueOptions(places)
    .map((option) => before + option)
    .join('|')
}
