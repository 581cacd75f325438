import { findDeliveryFacts, listDeliveries } from '@prebook/db'
import type { Services } from '../services.ts'
import type { MailLinks } from './content/links.ts'
import { writeMessage, type Message } from './content/message.ts'

/** A held mail as it would be sent now. */
export type PreviewedMail = Message & { deliveryId: number; to: string }

/** Lists held mails, newest first, each as it would be sent now. For development. */
export async function previewMail(
  { store }: Services,
  links: MailLinks,
  page: { limit: number; beforeId: number | null },
): Promise<PreviewedMail[]> {
  return store.read(async (reader) => {
    const held = await listDeliveries(reader, { ...page, state: 'held', bookId: undefined })
    if (held.length === 0) return []
    const facts = await findDeliveryFacts(
      reader,
      held.map(({ id }) => id),
    )
    return facts
      .toReversed()
      .map((each) => ({ deliveryId: each.id, to: each.email, ...writeMessage(each, links) }))
  })
}
