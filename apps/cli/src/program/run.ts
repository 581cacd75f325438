import { CommanderError } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { outliveLostOutput } from '../terminal/lost-output.ts'
import { createProgram } from './program.ts'

/** Runs the command that the arguments name, and gives the exit code. */
export async function run(): Promise<number> {
  outliveLostOutput()
  const program = createProgram()
  try {
    await program.parseAsync()
    return exitCodes.ok
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const { reportError } = await import('./report-error.ts')
    return reportError(error, program.opts())
  }
}
