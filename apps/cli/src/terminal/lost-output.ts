import { exitCodes } from '../program/exit-codes.ts'

/**
 * Lets a command come to its end although what it writes is lost: a change that was asked for is made whether or not
 * anybody reads on. That somebody stops reading early (`prebook books list | head -1`) is no error; that the output
 * cannot be written, as on a full disk, is told, and the process ends with `failed` unless it already failed otherwise.
 */
export function outliveLostOutput(): void {
  let told = false
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || told) return
    told = true
    process.stderr.write(`error: The output cannot be written (${code}).\n`)
    process.once('exit', (exitCode) => {
      if (exitCode === exitCodes.ok) process.exitCode = exitCodes.failed
    })
  })
  // There is nowhere left to tell it.
  process.stderr.on('error', () => undefined)
}
