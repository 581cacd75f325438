import { WAIT_MS } from '@prebook/testing/bounds'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A command that takes longer has failed. */

/** What a run of a command came to; `output` is what it wrote to standard output and standard error. */
export type Run = { code: number | null; output: string }

/** Runs a command to its end. */
export async function runCommand(
  command: string,
  args: string[],
  {
    cwd,
    env = {},
    onOutput,
  }: { cwd: string; env?: Record<string, string>; onOutput?: (output: string) => void },
): Promise<Run> {
  const child = spawn(command, args, {
    cwd,
    env: { ...strangersEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: WAIT_MS,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      onOutput?.(output)
    })
  }
  const [code] = await once(child, 'close')
  return { code: code as number | null, output }
}

/** Runs a command that must succeed, and gives what it wrote. */
export async function mustRun(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  const { code, output } = await runCommand(command, args, { cwd, env })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)
  return output
}

/** This process's environment without what pnpm, npm and Vitest tell their children: strangers have none of it. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(?!config_(registry|cache|cafile))|pnpm_|vitest|node_env$|node_options$|init_cwd$)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}
