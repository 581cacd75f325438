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

/** The completion script for zsh. */
export function zshScript(places: CompletionTarget[]): string {
  const afterOptions = completedOptions(places).map(({ place, option: { text, value } }) => {
    const complete = Array.isArray(value) ? `compadd -- ${value.join(' ')}` : '_files'
    return `    (${quote(`${place} ${text}`)}) ${complete}; return ;;`
  })
  const words = places.map((place) => {
    const list = wordsAt(place).map(({ text, description }) => `      ${quote(`${text}:${description}`)}`)
    return `    (${quote(targetName(place))}) candidates=(\n${list.join('\n')}\n    ) ;;`
  })
  const options = (before: string) => valueOptions(places).map((option) => before + option)
  return `#compdef prebook
# Completion of prebook for zsh: source <(prebook completion zsh), after compinit
_prebook() {
  local place='' index=2
  while (( index < CURRENT )); do
    case "$place/\${words[index]}" in
      (${targetsBelow(places).join('|')}) place="$place/\${words[index]}" ;;
      (${options('*/').join('|')}) (( index += 1 )) ;;
    esac
    (( index += 1 ))
  done
  case "$place \${words[CURRENT-1]}" in
${afterOptions.join('\n')}
    (${options('*\\ ').join('|')}) return ;;
  esac
  local -a candidates
  case "$place" in
${words.join('\n')}
  esac
  _describe prebook candidates
  case "$place" in
    (${fileTargets(places).map(quote).join('|')}) _files ;;
  esac
}
compdef _prebook prebook`
}
