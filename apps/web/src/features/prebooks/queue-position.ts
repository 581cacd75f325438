import type { RouterOutputs } from '@prebook/client'

/** A place in a queue: 1 is first. Null while it is unknown. */
export type QueuePosition = RouterOutputs['prebooks']['get']['queuePosition']

const count = new Intl.NumberFormat('en')

/** Formats a place: `number 3`, or `beyond number 1,000` where the server stops counting. */
export function formatQueuePosition(position: NonNullable<QueuePosition>): string {
  return position === '1000+' ? `beyond number ${count.format(1000)}` : `number ${count.format(position)}`
}

/** Formats the number of waiting readers as a sentence. */
export function waitingText(waiting: RouterOutputs['books']['waitlist']['waiting']): string {
  if (waiting === '1000+') return `More than ${count.format(1000)} readers are waiting.`
  if (waiting === 0) return 'No readers are waiting yet. Be the first.'
  return waiting === 1 ? '1 reader is waiting.' : `${count.format(waiting)} readers are waiting.`
}
