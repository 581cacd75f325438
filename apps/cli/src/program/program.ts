// Commander only: what a command needs is loaded when it runs, so that help and completion stay quick.
import { Command, type Help } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { exitCodes, exitMeanings, type Exit } from './exit-codes.ts'
import { addBookCommands } from './book-commands.ts'
import { addDeliveryCommands } from './delivery-commands.ts'
import { addDemandCommands } from './demand-commands.ts'
import { addServerCommands } from './server-commands.ts'
import { addSessionCommands } from './session-commands.ts'
import { addStockCommands } from './stock-commands.ts'
import { addUserCommands } from './user-commands.ts'

/** The command line as a whole. Wrong usage and `--help` end it with a `CommanderError`; see `run.ts`. */
export function createProgram(): Command {
  const program = new Command('prebook')
    .description('The command line for admins of a Prebook server.')
    .version(manifest.version, '--version', 'show the version')
    .option('--url <address>', 'the server (PREBOOK_URL; else the one you last signed in to)')
    .option('--json', 'print JSON instead of text, and never ask')
    .option('--verbose', 'add the reason, the cause and the request id to errors')
    .helpOption('--help', 'show help')
    .helpCommand('help [command]', 'show help on a command')
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .addHelpText('after', [environmentHelp, exitCodesHelp()].join('\n'))
  addSessionCommands(program)
  addBookCommands(program)
  addStockCommands(program)
  addDemandCommands(program)
  addDeliveryCommands(program)
  addUserCommands(program)
  addServerCommands(program)
  return program
}

/** The options of the program itself. Those of `demand` are not global to `demand show`. */
function visibleGlobalOptions(this: Help, command: Command): ReturnType<Help['visibleGlobalOptions']> {
  let root = command
  while (root.parent !== null) root = root.parent
  return root === command ? [] : root.options.filter(({ hidden, long }) => !hidden && long !== '--version')
}

const environmentHelp = `
Environment:
  PREBOOK_URL    the server, when there is no --url
  PREBOOK_TOKEN  the session's token, instead of the one that login keeps
  NO_COLOR       no colours
`

function exitCodesHelp(): string {
  const names = Object.keys(exitCodes) as Exit[]
  const lines = names.map((name) => `  ${String(exitCodes[name]).padEnd(4)} ${exitMeanings[name]}`)
  return `Exit codes:\n${lines.join('\n')}`
}
