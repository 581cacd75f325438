import MailComposer from 'nodemailer/lib/mail-composer'
import type { DeliveryFacts } from '@prebook/db'
import type { MailLinks } from './links.ts'
import type { Mailbox } from './mailbox.ts'
import { writeMessage } from './message.ts'

/** A mail ready for SMTP: one sender, one recipient, and the raw message. */
export type Mail = { envelope: { from: string; to: string }; raw: Buffer }

/**
 * Composes the mail of a delivery. Its Message-ID depends on the delivery only, so a mail program can detect duplicates.
 *
 * @param to the recipient's address, validated
 */
export async function composeMail(
  facts: DeliveryFacts,
  to: string,
  from: Mailbox,
  links: MailLinks,
): Promise<Mail> {
  const message = writeMessage(facts, links)
  const unsubscribe = links.unsubscribePage(facts.userId, facts.notifiedAt)
  const node = new MailComposer({
    from,
    to: { name: '', address: to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: messageId(facts, from),
    headers: [
      // RFC 8058: a POST to this address unsubscribes with one click in the mail program.
      { key: 'List-Unsubscribe', value: `<${unsubscribe}>` },
      { key: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      // RFC 3834: suppresses automatic replies.
      { key: 'Auto-Submitted', value: 'auto-generated' },
    ],
    // Never fetch or read a file that a text names.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return { envelope: { from: from.address, to }, raw: await node.build() }
}

/** The Message-ID of a delivery. */
export function messageId({ id, prebookId }: Pick<DeliveryFacts, 'id' | 'prebookId'>, from: Mailbox): string {
  return `<delivery-${id}.prebook-${prebookId}@${from.address.split('@')[1]}>`
}
