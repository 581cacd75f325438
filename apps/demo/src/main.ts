import { parseArgs } from 'node:util'
import { stopSignal } from './endings.ts'
import { perform } from './perform.ts'
import { Screen } from './screen.ts'

const usage = `Shows Prebook in action. Starts the real API with a temporary database, runs a short tour through the typed
client, and keeps serving the shop so that you can try it. Ctrl-C stops the API and removes the database.

Usage: pnpm demo [--once]

  --once   exit after the tour
  --help   show this help
`

/** Resolves to the exit code. */
async function main(): Promise<number> {
  const options = readArguments()
  if (typeof options === 'string') {
    process.stderr.write(`${options} Usage: pnpm demo [--once | --help]\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const screen = new Screen(process.stdout)
  try {
    const outcome = await perform({ screen, stop: stopSignal(), once: options.once })
    if (outcome === 'stopped') screen.line('Stopped. The database was removed.')
    else screen.line('Run pnpm demo without --once to try it yourself.')
    // An interrupted tour must not look like a success.
    return outcome === 'stopped' && options.once ? 1 : 0
  } catch (error) {
    screen.line()
    process.stderr.write(`The demo failed. ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** The options, or an error message. */
function readArguments() {
  // `pnpm demo -- --once` passes the dashes on.
  const given = process.argv.slice(2).filter((argument) => argument !== '--')
  try {
    return parseArgs({
      args: given,
      options: {
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    // Only the first sentence of Node's message applies here.
    const message = error instanceof Error ? error.message : String(error)
    return `${message.split('. ', 1).join('').replace(/\.$/, '')}.`
  }
}

process.exitCode = await main()
