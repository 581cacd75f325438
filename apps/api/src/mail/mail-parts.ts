import { randomBytes } from 'node:crypto'
import { createMailLinks, parseMailbox, type MailLinks, type SmtpSettings } from '@prebook/server'
import type { Config } from '../config.ts'

/** The parts that send mail and serve its links, made from the configuration. */
export type MailParts = {
  links: MailLinks
  /** The key that signs the links. */
  secret: string
  /** The base address of the links, if configured. */
  publicUrl: string | undefined
  /** The settings for sending mail; null without a mail server. */
  smtp: SmtpSettings | null
}

/** Creates the mail links and the SMTP settings from the configuration. */
export function createMailParts(config: Config): MailParts {
  // Without a secret no mail is sent. Links in previews still work until the process restarts.
  const secret = config.SECRET ?? randomBytes(32).toString('hex')
  const publicUrl = config.PUBLIC_URL
  const links = createMailLinks({ publicUrl: publicUrl ?? 'http://localhost', secret })
  const from = config.MAIL_FROM === undefined ? null : parseMailbox(config.MAIL_FROM)
  const smtp: SmtpSettings | null =
    config.SMTP_URL === undefined || from === null
      ? null
      : {
          url: config.SMTP_URL,
          tls: config.SMTP_TLS,
          // The configuration contains the content of the file.
          ca: config.SMTP_CA_FILE,
          from,
          links,
          parallel: config.MAIL_PARALLEL,
          perSecond: config.MAIL_PER_SECOND,
          tries: config.MAIL_TRIES,
        }
  return { links, secret, publicUrl, smtp }
}
