import type { Command } from 'commander'
import { bashScript } from '../completion/bash.ts'
import { describeCommands, type CompletionTarget } from '../completion/describe-commands.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { print, printJson } from '../terminal/output.ts'

/** A supported shell. */
export type Shell = 'bash' | 'zsh' | 'fish'

const scripts: Record<Shell, (targets: CompletionTarget[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** `prebook completion`: prints the completion script of a shell. */
export function printCompletion(shell: Shell, program: Command, options: GlobalOptions): void {
  const script = scripts[shell](describeCommands(program))
  if (options.json === true) printJson({ shell, script })
  else print(script)
}
