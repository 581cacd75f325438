import type { Shop } from '@prebook/core'
import type { RequestContext } from '../context.ts'

/** What callers need to know of the shop itself. */
export async function getShop({ services }: RequestContext): Promise<Shop> {
  return { currency: services.currency.code, timeZone: services.timeZone }
}
