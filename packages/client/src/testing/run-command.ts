import { WAIT_MS } from '@prebook/testing/bounds'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The result of a command. `output` combines standard output and standard error. */
export type Run = { code: number | null; output: string }

/** Runs a command and waits until it exits. */
export async function runCommand(
  command: string,
  args: string[],
  {
    cwd,
    env = {},
    timeoutMs = WAIT_MS,
    onOutput,
  }: {
    cwd: string
    env?: Record<string, string>
    timeoutMs?: number
    onOutput?: (output: string) => void
  },
): Promise<Run> {
  const child = spawn(command, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
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

/** Runs a command and returns its output. Throws if the exit code is not 0. */
export async function mustRun(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
  timeoutMs?: number,
): Promise<string> {
  const { code, output } = await runCommand(command, args, { cwd, env, ...(timeoutMs && { timeoutMs }) })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited with code ${code}:\n${output}`)
  return output
}

/** The environment of this process without the variables of pnpm, npm and Vitest, which other projects do not have. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const toolVariables =
    /^(npm_(?!config_(registry|cache|cafile))|pnpm_|vitest|node_env$|node_options$|init_cwd$)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !toolVariables.test(name)))
}
