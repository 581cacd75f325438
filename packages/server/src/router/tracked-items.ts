import { tracked, type TrackedEnvelope } from '@trpc/server'
import { z } from 'zod'

/**
 * The output schema of a subscription: each item of the stream is checked as it comes. A plain schema would check the
 * iterator and none of its items. After tRPC's guide on subscriptions, "Output validation of yielded values".
 *
 * @param item what each tracked item holds
 */
export function trackedItems<Item>(item: z.ZodType<Item>) {
  type Items = AsyncIterable<TrackedEnvelope<Item>, void>
  return z
    .custom<Items>((value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value)
    .transform(async function* (items) {
      for await (const [id, data] of items) yield tracked(id, item.parse(data))
    }) as z.ZodType<Items, Items>
}
