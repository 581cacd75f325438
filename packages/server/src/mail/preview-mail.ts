import { listDeliveries, type ListedDelivery } from '@prebook/db'
import type { Services } from '../services.ts'
import type { MailLinks } from './content/links.ts'
import type { Message } from './content/frame.ts'
import { readMails } from './content/mail-kinds.ts'

/** A mail as it would be sent now. */
export type PreviewedMail = Message & { deliveryId: number; to: string }

/** Lists mails that are held or wait, newest first, each as it would be sent now. For development. */
export async function previewMail(
  services: Services,
  links: MailLinks,
  page: { limit: number; beforeId: number | null },
): Promise<PreviewedMail[]> {
  const { store, currency } = services
  return store.read(async (reader) => {
    const deliveries: ListedDelivery[] = []
    for (const state of ['held', 'pending'] as const)
      deliveries.push(...(await listDeliveries(reader, { ...page, state, bookId: undefined })))
    const newest = deliveries.toSorted((a, b) => b.id - a.id).slice(0, page.limit)
    const mails = await readMails(reader, newest, services)
    return (
      mails
        .toReversed()
        // A mail whose link was replaced meanwhile has nothing to show.
        .filter(({ skip }) => skip === null || skip === 'unverified')
        .map(({ facts, write }) => ({
          deliveryId: facts.id,
          to: facts.email ?? '',
          ...write(links, { currency: currency.code }),
        }))
    )
  })
}
