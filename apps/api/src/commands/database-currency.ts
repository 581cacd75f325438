import { parseArgs } from 'node:util'
import { isCurrency } from '@prebook/core'
import { changeCurrency, openStore } from '@prebook/db'
import { readConfig } from '../config.ts'
import { printUpgrade } from './print-upgrade.ts'
import { runCommand, UsageError } from './run-command.ts'

const usage = `Records another currency for all prices in the database at DATABASE_URL. The numbers stay: 19.80 EUR becomes 19.80 USD.

Usage: pnpm database:currency <code>

  <code>    the ISO 4217 code of the currency, such as USD
  --help    show this help

Stop every process of the service first, and set CURRENCY to the same code before you start them again. If a price has more
decimals than the currency, such as 19.80 in JPY, nothing is changed. To convert prices, import them again afterwards with
\`prebook books import\`.

Example:
  pnpm database:currency USD
`

async function main(): Promise<void> {
  const { values, positionals } = readArguments()
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const [code, ...more] = positionals
  if (code === undefined || more.length > 0)
    throw new UsageError('Give one currency, such as pnpm database:currency USD.')
  if (!isCurrency(code))
    throw new UsageError(`${JSON.stringify(code)} is not the ISO 4217 code of a currency, such as USD.`)
  const { DATABASE_URL } = readConfig({ ...process.env, CURRENCY: code })
  const store = await openStore(DATABASE_URL, { onUpgraded: printUpgrade })
  try {
    const changed = await store.write((tx) => changeCurrency(tx, code))
    if ('misfit' in changed) {
      const { bookId, title, price } = changed.misfit
      throw new UsageError(
        `Nothing was changed: ${price} ${changed.before}, the price of book ${bookId} (${JSON.stringify(title)}), cannot be ${code}. Change it first, with CURRENCY=${changed.before}.`,
      )
    }
    process.stdout.write(report(changed.before, code))
  } finally {
    await store.close()
  }
}

function report(before: string | null, code: string): string {
  if (before === null) return `There are no prices yet. Set CURRENCY to ${code} before you add books.\n`
  if (before === code) return `The prices are in ${code} already.\n`
  return `The prices were in ${before} and are in ${code} now. Set CURRENCY to ${code} before you start the service.\n`
}

function readArguments() {
  try {
    return parseArgs({
      options: { help: { type: 'boolean', short: 'h', default: false } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

await runCommand(main)
