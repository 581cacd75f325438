const amount = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Formats a price: 1999 cents is `19.99`. The service has no currency. */
export function price(cents: number): string {
  return amount.format(cents / 100)
}
