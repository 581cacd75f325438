import type { Command } from 'commander'
import { bashScript } from '../completion/bash.ts'
import { describePlaces, type Place } from '../completion/describe-commands.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { GlobalOptions } from '../connect.ts'
import { print, printJson } from '../output.ts'

/** A shell that completes words. */
export type Shell = 'bash' | 'zsh' | 'fish'

const scripts: Record<Shell, (places: Place[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** `prebook completion`: a script with which a shell completes what the help of the program shows. */
export function printCompletion(shell: Shell, program: Command, options: GlobalOptions): void {
  const script = scripts[shell](describePlaces(program))
  if (options.json === true) printJson({ shell, script })
  else print(script)
}
