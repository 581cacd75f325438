import { CommanderError } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { handleClosedOutput } from '../terminal/closed-output.ts'
import { createProgram } from './program.ts'

/** Runs the command given by the process arguments and returns the exit code. */
export async function run(): Promise<number> {
  handleClosedOutput()
  const program = createProgram()
  try {
    await program.parseAsync()
    return exitCodes.ok
  } catch (error) {
    // Commander has already written its message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const { reportError } = await import('./report-error.ts')
    return reportError(error, program.opts())
  }
}
