import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from './frame.ts'
import type { Mailbox } from './mailbox.ts'

/** A mail ready for SMTP: one sender, one recipient, and the raw message. */
export type Mail = { envelope: { from: string; to: string }; raw: Buffer }

/**
 * Composes the mail of a message.
 *
 * @param mail `to` is the recipient's address, validated
 */
export async function composeMail(mail: {
  message: Message
  messageId: string
  to: string
  from: Mailbox
}): Promise<Mail> {
  const { message, from, to } = mail
  const node = new MailComposer({
    from,
    to: { name: '', address: to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: mail.messageId,
    headers: [
      // RFC 8058: a POST to this address unsubscribes with one click in the mail program.
      ...(message.unsubscribe === null
        ? []
        : [
            { key: 'List-Unsubscribe', value: `<${message.unsubscribe}>` },
            { key: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
          ]),
      // RFC 3834: suppresses automatic replies.
      { key: 'Auto-Submitted', value: 'auto-generated' },
    ],
    // Never fetch or read a file that a text names.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return { envelope: { from: from.address, to }, raw: await node.build() }
}
