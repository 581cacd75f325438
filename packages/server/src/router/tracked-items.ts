import { tracked, type TrackedEnvelope } from '@trpc/server'
import { z } from 'zod'

/**
 * The output schema of a subscription, which validates each item as it is yielded. A plain schema would validate the
 * iterator only. From tRPC's guide on subscriptions, "Output validation of yielded values".
 *
 * @param item the schema of the data of each item
 */
export function trackedItems<Item>(item: z.ZodType<Item>) {
  type Items = AsyncIterable<TrackedEnvelope<Item>, void>
  return z
    .custom<Items>((value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value)
    .transform(async function* (items) {
      for await (const [id, data] of items) yield tracked(id, item.parse(data))
    }) as z.ZodType<Items, Items>
}
