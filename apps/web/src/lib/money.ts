const amount = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** A price as people read it: 1999 is `19.99`. The service knows no currency. */
export function price(cents: number): string {
  return amount.format(cents / 100)
}
