import { sql } from 'kysely'
import { decimalPrice, limits, minorUnitDigits } from '@prebook/core'
import type { Tx } from './database.ts'
import { SHOP_CURRENCY } from './migrations/0022-currency.ts'
import { findInstallationValue } from './queries/installation.ts'

/** The outcome of {@link changeCurrency}: the currency before (null for none), or the first book whose price does not fit. */
export type ChangedCurrency =
  | { before: string | null }
  | { before: string; misfit: { bookId: number; title: string; price: string } }

/**
 * Records another currency for all prices. What they say stays: 19.80 in one currency is 19.80 in the other, so that the minor
 * units are converted if the other has more or fewer decimals. Reads every book.
 *
 * @param currency an ISO 4217 code
 * @returns with `misfit`, when nothing was changed, because the price of a book has too many decimals or digits
 */
export async function changeCurrency(tx: Tx, currency: string): Promise<ChangedCurrency> {
  const before = (await findInstallationValue(tx, SHOP_CURRENCY)) ?? null
  // Without prices, whatever the first book is added in is recorded.
  if (before === null || before === currency) return { before }
  const shift = minorUnitDigits(currency) - minorUnitDigits(before)
  const factor = 10 ** Math.abs(shift)
  const misfit = await tx
    .selectFrom('books')
    .select(['id as bookId', 'title', 'price_cents'])
    .where(
      shift < 0
        ? sql<boolean>`price_cents % ${factor} <> 0`
        : sql<boolean>`price_cents > ${Math.floor(limits.price.max / factor)}`,
    )
    .orderBy('id')
    .executeTakeFirst()
  if (misfit !== undefined) {
    const { price_cents: cents, ...book } = misfit
    return { before, misfit: { ...book, price: decimalPrice(cents, before) } }
  }
  if (shift !== 0)
    await tx
      .updateTable('books')
      .set({
        price_cents: shift < 0 ? sql<number>`price_cents / ${factor}` : sql<number>`price_cents * ${factor}`,
      })
      .execute()
  await tx.updateTable('installation').set({ value: currency }).where('name', '=', SHOP_CURRENCY).execute()
  return { before }
}
