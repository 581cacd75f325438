import type { Shop } from '@prebook/core'
import type { Call } from './callers.ts'

export function getShop({ shop: { currency } }: Call): Shop {
  return { currency, timeZone: 'UTC' }
}
