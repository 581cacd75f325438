import { exitCodes } from '../program/exit-codes.ts'

/**
 * Lets a command finish when its output cannot be written, so that a requested change is still made. A reader that
 * closes the pipe early (EPIPE, as in `prebook books list | head -1`) is not an error. Any other failure, such as a full
 * disk, is reported; the process then exits with `failed`, unless it exits with another error anyway.
 */
export function handleClosedOutput(): void {
  let reported = false
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || reported) return
    reported = true
    process.stderr.write(`error: Cannot write the output (${code}).\n`)
    process.once('exit', (exitCode) => {
      if (exitCode === exitCodes.ok) process.exitCode = exitCodes.failed
    })
  })
  // There is no other stream to report an error of standard error to.
  process.stderr.on('error', () => undefined)
}
