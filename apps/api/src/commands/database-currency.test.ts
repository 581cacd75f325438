import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  addInstallationValue,
  findInstallationValue,
  insertBook,
  openStore,
  SHOP_CURRENCY,
} from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { bound } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'

type Ending = { code: number; stdout: string; stderr: string }

/** Runs an entry of the API as a process, until it ends. */
async function run(entry: string, args: string[], variables: Record<string, string>): Promise<Ending> {
  const path = fileURLToPath(new URL(entry, import.meta.url))
  const env = { ...process.env, PORT: '0', LOG_LEVEL: 'silent', ...variables }
  return new Promise((resolve) => {
    execFile(process.execPath, [path, ...args], { env, timeout: bound(60_000) }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const start = (variables: Record<string, string>) => run('../main.ts', [], variables)
const changeTo = (code: string[], url: string, variables = {}) =>
  run('./database-currency.ts', code, { DATABASE_URL: url, ...variables })

const dune = {
  title: 'Dune',
  author: 'Frank Herbert',
  isbn: null,
  description: null,
  stock_quantity: 0,
  search_text: 'dune frank herbert',
  created_at: 1,
  updated_at: 1,
}

describe('the currency of a start', () => {
  test.each(['EURO', 'eur', 'QQQ', 'XXX'])('%s is none: refused with a sentence', async (CURRENCY) => {
    const ending = await start({ CURRENCY, DATABASE_URL: 'file:/nowhere/prebook.db' })
    expect(ending).toEqual({
      code: 1,
      stdout: '',
      stderr: `Invalid environment variables:\n  CURRENCY must be the ISO 4217 code of a currency, such as EUR; got "${CURRENCY}"\n`,
    })
  })
})

describe.each(engines)('a shop with prices on $name', (engine) => {
  async function shopWith(price_cents: number) {
    const database = await engine.create()
    await database.store.write(async (tx) => {
      await addInstallationValue(tx, SHOP_CURRENCY, 'EUR')
      await insertBook(tx, { ...dune, price_cents })
    })
    await database.store.close()
    return database
  }

  async function stateOf(url: string) {
    const store = await openStore(url)
    try {
      return await store.read(async (reader) => ({
        currency: await findInstallationValue(reader, SHOP_CURRENCY),
        prices: (await reader.selectFrom('books').select('price_cents').execute()).map(
          (row) => row.price_cents,
        ),
      }))
    } finally {
      await store.close()
    }
  }

  test('does not start in another currency, and does after the command that the message names', async () => {
    await using database = await shopWith(198_000)
    const { url } = database
    const stopped = await start({ DATABASE_URL: url, CURRENCY: 'JPY' })
    expect(stopped).toMatchObject({ code: 1, stdout: '' })
    expect(stopped.stderr).toBe(
      'The prices in the database are in EUR, but CURRENCY is JPY: set CURRENCY to EUR, or, if the prices are really in JPY, stop every process and run `pnpm database:currency JPY`.\n',
    )
    // The variable may have the old or the new value.
    expect(await changeTo(['JPY'], url, { CURRENCY: 'EUR' })).toMatchObject({
      code: 0,
      stdout:
        'The prices were in EUR and are in JPY now. Set CURRENCY to JPY before you start the service.\n',
      stderr: '',
    })
    expect(await stateOf(url)).toEqual({ currency: 'JPY', prices: [1_980] })
    const again = await start({ DATABASE_URL: url, CURRENCY: 'EUR' })
    expect(again.stderr).toContain('are in JPY, but CURRENCY is EUR')
    expect((await changeTo(['JPY'], url)).stdout).toBe('The prices are in JPY already.\n')
  })

  test('keeps its currency if a price cannot be in the other', async () => {
    await using database = await shopWith(1_980)
    const ending = await changeTo(['JPY'], database.url)
    expect(ending).toMatchObject({ code: 2, stdout: '' })
    expect(ending.stderr).toBe(
      'Nothing was changed: 19.80 EUR, the price of book 1 ("Dune"), cannot be JPY. Change it first, with CURRENCY=EUR.\n',
    )
    expect(await stateOf(database.url)).toEqual({ currency: 'EUR', prices: [1_980] })
  })
})

describe('the command to change the currency', () => {
  test.each([
    [[], 'Give one currency, such as pnpm database:currency USD.'],
    [['USD', 'EUR'], 'Give one currency, such as pnpm database:currency USD.'],
    [['DOLLAR'], '"DOLLAR" is not the ISO 4217 code of a currency, such as USD.'],
  ])('refuses %j', async (args, message) => {
    expect(await changeTo(args, 'file:/nowhere/prebook.db')).toEqual({
      code: 2,
      stdout: '',
      stderr: `${message}\n`,
    })
  })

  test('shows its help', async () => {
    expect((await changeTo(['--help'], 'file:/nowhere/prebook.db')).stdout).toContain(
      'Usage: pnpm database:currency',
    )
  })
})
