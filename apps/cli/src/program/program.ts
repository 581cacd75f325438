// Imports Commander and small tables only. Each command loads its module when it runs, so that help and completion start fast.
import { Command, type Help } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { exitCodes, exitMeanings, type Exit } from './exit-codes.ts'
import { addAuditCommands } from './audit-commands.ts'
import { addBookCommands } from './book-commands.ts'
import { addDeliveryCommands } from './delivery-commands.ts'
import { addDemandCommands } from './demand-commands.ts'
import { addServerCommands } from './server-commands.ts'
import { addSessionCommands } from './session-commands.ts'
import { addStockCommands } from './stock-commands.ts'
import { addTokenCommands } from './token-commands.ts'
import { addUserCommands } from './user-commands.ts'

/** Builds the command line. Invalid usage and `--help` throw a `CommanderError`; see `run.ts`. */
export function createProgram(): Command {
  const program = new Command('prebook')
    .description('Manage the books, stock, demand, accounts and tokens of a Prebook server.')
    .version(manifest.version, '--version', 'Show the version')
    .option('--url <address>', 'Server to use (default: PREBOOK_URL, or the server you last signed in to)')
    .option('--json', 'Print JSON and never prompt')
    .option('--verbose', 'Add reason, cause and request ID to errors')
    .helpOption('--help', 'Show help')
    .helpCommand('help [command]', 'Show help for a command')
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions })
    .showHelpAfterError('Run the command with --help for usage.')
    .exitOverride()
    .addHelpText('after', [environmentHelp, exitCodesHelp()].join('\n'))
  addSessionCommands(program)
  addBookCommands(program)
  addStockCommands(program)
  addDemandCommands(program)
  addDeliveryCommands(program)
  addUserCommands(program)
  addTokenCommands(program)
  addAuditCommands(program)
  addServerCommands(program)
  return program
}

/** The options of the program itself, so that the options of `demand` are not shown for `demand show`. */
function visibleGlobalOptions(this: Help, command: Command): ReturnType<Help['visibleGlobalOptions']> {
  let root = command
  while (root.parent !== null) root = root.parent
  return root === command ? [] : root.options.filter(({ hidden, long }) => !hidden && long !== '--version')
}

const environmentHelp = `
Environment:
  PREBOOK_URL    Server to use when --url is not given
  PREBOOK_TOKEN  Token of the shop (pbk_…) or of a session, instead of the session saved by login
  NO_COLOR       Disable colours
`

function exitCodesHelp(): string {
  const names = Object.keys(exitCodes) as Exit[]
  const lines = names.map((name) => `  ${String(exitCodes[name]).padEnd(4)} ${exitMeanings[name]}`)
  return `Exit codes:\n${lines.join('\n')}`
}
