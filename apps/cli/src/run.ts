import { CommanderError } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'

/** Runs the command that the arguments name, and gives the exit code. */
export async function run(): Promise<number> {
  // Whoever reads our output may stop early (`prebook books list | head -1`): that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(exitCodes.ok)
  })
  const program = createProgram()
  try {
    await program.parseAsync()
    return Number(process.exitCode ?? exitCodes.ok)
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const { reportError } = await import('./report-error.ts')
    return reportError(error, program.opts())
  }
}
