import { randomBytes } from 'node:crypto'
import { createMailLinks, parseMailbox, type MailLinks, type SmtpSettings } from '@prebook/server'
import type { Config } from '../config.ts'

/** What the configuration makes of mail. */
export type MailParts = {
  links: MailLinks
  /** Signs the links. */
  secret: string
  /** Where the links lead, if that is known. */
  publicUrl: string | undefined
  /** How mail goes out; null without a mail server. */
  smtp: SmtpSettings | null
}

/** Puts together what sends mail and what its links lead to. */
export function createMailParts(config: Config): MailParts {
  // Without a secret no mail goes out; previews have links all the same, which work until the next start.
  const secret = config.SECRET ?? randomBytes(32).toString('hex')
  const publicUrl = config.PUBLIC_URL
  const links = createMailLinks({ publicUrl: publicUrl ?? 'http://localhost', secret })
  const from = config.MAIL_FROM === undefined ? null : parseMailbox(config.MAIL_FROM)
  const smtp: SmtpSettings | null =
    config.SMTP_URL === undefined || from === null
      ? null
      : {
          url: config.SMTP_URL,
          from,
          links,
          parallel: config.MAIL_PARALLEL,
          perSecond: config.MAIL_PER_SECOND,
          tries: config.MAIL_TRIES,
        }
  return { links, secret, publicUrl, smtp }
}
