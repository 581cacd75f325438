import {
  addInstallationValue,
  findInstallationValue,
  hasBooks,
  SHOP_CURRENCY,
  StoreOpenError,
  type Store,
  type Tx,
} from '@prebook/db'

/** The currency of the shop. Its prices are in one currency only, which the database records with the first book. */
export type ShopCurrency = {
  /** The ISO 4217 code. */
  readonly code: string
  /**
   * Checks that the prices in the database are in this currency. Without a book there are none, and the check is repeated.
   *
   * @throws StoreOpenError when another process has added the first book in another currency
   */
  confirm(): Promise<void>
  /**
   * Records the currency if there is none yet. Called in the transaction that adds a book.
   *
   * @throws StoreOpenError when the prices are in another currency
   */
  claim(tx: Tx): Promise<void>
}

/** The currency of a process on a store. */
export function createShopCurrency(store: Store, code: string): ShopCurrency {
  // What is recorded never changes while a process runs, so it is read only until it is there.
  let confirmed = false
  return {
    code,
    async confirm() {
      if (confirmed) return
      const recorded = await store.read((reader) => findInstallationValue(reader, SHOP_CURRENCY))
      if (recorded === undefined) return
      requireSame(recorded, code)
      confirmed = true
    },
    async claim(tx) {
      if (confirmed) return
      // Of two processes that add the first book at once, the second waits here, and then reads what the first recorded.
      await addInstallationValue(tx, SHOP_CURRENCY, code)
      const recorded = await findInstallationValue(tx, SHOP_CURRENCY)
      if (recorded !== undefined) requireSame(recorded, code)
    },
  }
}

/**
 * Checks the currency at the start of a process. A database that has books and no currency gets this one.
 *
 * @throws StoreOpenError when the prices are in another currency. The message says what to do
 */
export async function checkCurrency(store: Store, currency: ShopCurrency): Promise<void> {
  const unrecorded = await store.read(
    async (reader) =>
      (await findInstallationValue(reader, SHOP_CURRENCY)) === undefined && (await hasBooks(reader)),
  )
  if (unrecorded) await store.write((tx) => currency.claim(tx))
  await currency.confirm()
}

function requireSame(recorded: string, code: string): void {
  if (recorded === code) return
  throw new StoreOpenError(
    `The prices in the database are in ${recorded}, but CURRENCY is ${code}: set CURRENCY to ${recorded}, or, if the prices are really in ${code}, stop every process and run \`pnpm database:currency ${code}\`.`,
  )
}
