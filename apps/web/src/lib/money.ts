import { formatPrice } from '@prebook/client/price'

/** Formats a price in the language of the browser: 1999 in EUR is `€19.99`, or `19,99 €`. */
export function price({ priceCents, currency }: { priceCents: number; currency: string }): string {
  return formatPrice(priceCents, currency)
}
