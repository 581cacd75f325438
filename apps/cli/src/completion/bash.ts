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
export function bashScript(targets: CompletionTarget[]): string {
  const files = 'compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$current"))'
  const afterOptions = completedOptions(targets).map(({ target, option: { text, value } }) =>
    Array.isArray(value)
      ? `    ${quote(`${target} ${text}`)}) COMPREPLY=($(compgen -W ${quote(value.join(' '))} -- "$current")); return ;;`
      : `    ${quote(`${target} ${text}`)}) ${files}; return ;;`,
  )
  const words = targets.map((target) => {
    const list = wordsAt(target).map(({ text }) => text)
    return `    ${quote(targetName(target))}) words=${quote(list.join(' '))} ;;`
  })
  return `# Completion of prebook for bash: source <(prebook completion bash)
_prebook() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local target='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$target/\${COMP_WORDS[index]}" in
      ${targetsBelow(targets).join('|')}) target="$target/\${COMP_WORDS[index]}" ;;
      ${pattern(targets, '*/')}) index=$((index + 1)) ;;
    esac
  done
  COMPREPLY=()
  case "$target $previous" in
${afterOptions.join('\n')}
    ${pattern(targets, '*\\ ')}) return ;;
  esac
  case "$target" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$target" in
    ${fileTargets(targets).map(quote).join('|')}) ${files} ;;
  esac
}
complete -F _prebook prebook`
}

/** A pattern for every option that takes a value, after a prefix. */
function pattern(targets: CompletionTarget[], prefix: string): string {
  return valueOptions(targets)
    .map((option) => prefix + option)
    .join('|')
}
