import { parseArgs } from 'node:util'
import { describeConfig, isSecret, readConfig, type Config } from '../config.ts'
import { describeUnknown, unknownSettings } from '../unknown-settings.ts'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Checks the configuration without starting the service, and prints the settings in force. Values that are or contain
secrets are not shown.

Usage: pnpm config:check

  --json        print an object with the settings that are not secret
  --help        show this help

The exit code is 1 when a value is invalid. A variable whose name is almost that of a setting is named as a warning.
`

async function main(): Promise<void> {
  const { help, json } = readArguments()
  if (help) {
    process.stdout.write(usage)
    return
  }
  const config = readConfig(process.env)
  for (const unknown of unknownSettings(process.env))
    process.stderr.write(`warning: ${describeUnknown(unknown)}\n`)
  const settings = describeConfig().map(({ name }) => ({ name, value: config[name] }))
  if (json) {
    const shown = settings.filter(({ name }) => !isSecret(name))
    const values = Object.fromEntries(shown.map(({ name, value }) => [name, value ?? null]))
    process.stdout.write(`${JSON.stringify(values, null, 2)}\n`)
    return
  }
  const width = Math.max(...settings.map(({ name }) => name.length))
  for (const { name, value } of settings)
    process.stdout.write(`${name.padEnd(width)}  ${describe(name, value)}\n`)
}

function describe(name: string, value: Config[keyof Config]): string {
  if (value === undefined) return '(not set)'
  if (isSecret(name)) return '(set, not shown)'
  // A file is shown by what was read from it, which is long.
  if (name === 'SMTP_CA_FILE') return '(certificates read)'
  return Array.isArray(value) ? value.join(', ') || '(none)' : String(value)
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

await runCommand(main)
