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
export function zshScript(targets: CompletionTarget[]): string {
  const afterOptions = completedOptions(targets).map(({ target, option: { text, value } }) => {
    const complete = Array.isArray(value) ? `compadd -- ${value.join(' ')}` : '_files'
    return `    (${quote(`${target} ${text}`)}) ${complete}; return ;;`
  })
  const words = targets.map((target) => {
    const list = wordsAt(target).map(({ text, description }) => `      ${quote(`${text}:${description}`)}`)
    return `    (${quote(targetName(target))}) candidates=(\n${list.join('\n')}\n    ) ;;`
  })
  const options = (prefix: string) => valueOptions(targets).map((option) => prefix + option)
  return `#compdef prebook
# Completion of prebook for zsh: source <(prebook completion zsh), after compinit
_prebook() {
  local target='' index=2
  while (( index < CURRENT )); do
    case "$target/\${words[index]}" in
      (${targetsBelow(targets).join('|')}) target="$target/\${words[index]}" ;;
      (${options('*/').join('|')}) (( index += 1 )) ;;
    esac
    (( index += 1 ))
  done
  case "$target \${words[CURRENT-1]}" in
${afterOptions.join('\n')}
    (${options('*\\ ').join('|')}) return ;;
  esac
  local -a candidates
  case "$target" in
${words.join('\n')}
  esac
  _describe prebook candidates
  case "$target" in
    (${fileTargets(targets).map(quote).join('|')}) _files ;;
  esac
}
compdef _prebook prebook`
}
