import { parseArgs } from 'node:util'
import { stopWish } from './endings.ts'
import { perform } from './perform.ts'
import { Screen } from './screen.ts'

const usage = `Shows what Prebook does. Starts the real API with a fresh database, plays a short story through the
typed client, and keeps serving the shop for you to try things out. Ctrl-C ends it and removes the database.

Usage: pnpm demo [--once]

  --once   end after the story
  --help   show this
`

/** Gives the exit code. */
async function main(): Promise<number> {
  const options = readArguments()
  if (typeof options === 'string') {
    process.stderr.write(`${options} What there is: pnpm demo [--once | --help]\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const screen = new Screen(process.stdout)
  try {
    const outcome = await perform({ screen, stop: stopWish(), once: options.once })
    if (outcome === 'stopped') screen.line('Stopped: the API has ended, and its database is removed.')
    else screen.line('Now run it without --once, to try things out yourself.')
    // Whoever asks for the story alone must not take half of it for the whole.
    return outcome === 'stopped' && options.once ? 1 : 0
  } catch (error) {
    screen.line()
    process.stderr.write(`The demo failed. ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** The options, or what is wrong with them. */
function readArguments() {
  // `pnpm demo -- --once` hands the dashes on too; whoever types them means the option.
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
    // The first sentence says what is wrong; the others are about a syntax that the demo has no use for.
    const message = error instanceof Error ? error.message : String(error)
    return `${message.split('. ', 1).join('').replace(/\.$/, '')}.`
  }
}

process.exitCode = await main()
