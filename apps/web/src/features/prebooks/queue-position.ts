import type { RouterOutputs } from '@prebook/client'

/** A place in a queue: 1 is first. Null while it is not known. */
export type QueuePosition = RouterOutputs['prebooks']['get']['queuePosition']

const count = new Intl.NumberFormat('en')

/** `number 3`, or `beyond number 1,000` where the shop counts no further. */
export function queuePositionInWords(place: NonNullable<QueuePosition>): string {
  return place === '1000+' ? `beyond number ${count.format(1000)}` : `number ${count.format(place)}`
}

/** How many wait, as a sentence. */
export function crowdInWords(waiting: RouterOutputs['books']['waitlist']['waiting']): string {
  if (waiting === '1000+') return `More than ${count.format(1000)} readers wait for it.`
  if (waiting === 0) return 'Nobody waits for it yet: you would be the first.'
  return waiting === 1 ? 'One reader waits for it.' : `${count.format(waiting)} readers wait for it.`
}
