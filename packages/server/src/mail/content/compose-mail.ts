import MailComposer from 'nodemailer/lib/mail-composer'
import type { Readable } from 'node:stream'
import type { DeliveryFacts } from '@prebook/db'
import type { MailLinks } from './links.ts'
import type { Mailbox } from './mailbox.ts'
import { writeMessage } from './message.ts'

/** A mail as it goes over the line: one sender, one recipient, and the raw message. */
export type Mail = { envelope: { from: string; to: string }; raw: () => Readable }

/**
 * The mail for a delivery. Its Message-ID follows from the delivery alone, so that one that arrives twice can be told by
 * any mail program.
 *
 * @param to the recipient's address, validated
 */
export function composeMail(facts: DeliveryFacts, to: string, from: Mailbox, links: MailLinks): Mail {
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
      // RFC 8058: a POST to the address unsubscribes, with one click in the mail program and nothing else.
      { key: 'List-Unsubscribe', value: `<${unsubscribe}>` },
      { key: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      // RFC 3834: no vacation notes in answer.
      { key: 'Auto-Submitted', value: 'auto-generated' },
    ],
    // Texts are texts: nothing in them is ever fetched or read from disk.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return { envelope: { from: from.address, to }, raw: () => node.createReadStream() }
}

/** The Message-ID of a delivery. */
export function messageId({ id, prebookId }: Pick<DeliveryFacts, 'id' | 'prebookId'>, from: Mailbox): string {
  return `<delivery-${id}.prebook-${prebookId}@${from.address.split('@')[1]}>`
}
