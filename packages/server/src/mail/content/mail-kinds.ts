import type { DeliveryKind } from '@prebook/core'
import type { Reader } from '@prebook/db'
import type { Services } from '../../services.ts'
import {
  changeEmailMail,
  emailChangedMail,
  inviteMail,
  resetMail,
  setPasswordMail,
  verifyMail,
} from './account-mails.ts'
import { expectedDateMail } from './expected-date-mail.ts'
import { confirmMail } from './guest-mails.ts'
import type { CheckedMail, MailKind } from './mail-kind.ts'
import { restockMail } from './restock-mail.ts'
import { withdrawalMail } from './withdrawal-mail.ts'

/** Every kind of mail. */
const mailKinds: Record<DeliveryKind, MailKind> = {
  restock: restockMail,
  withdrawal: withdrawalMail,
  'expected-date': expectedDateMail,
  verify: verifyMail,
  reset: resetMail,
  invite: inviteMail,
  'change-email': changeEmailMail,
  'email-changed': emailChangedMail,
  confirm: confirmMail,
  'set-password': setPasswordMail,
}

/** Reads deliveries as they are now: one statement for each kind, in the order of their ids. */
export async function readMails(
  reader: Reader,
  deliveries: readonly { id: number; kind: DeliveryKind }[],
  { now, today }: Pick<Services, 'now' | 'today'>,
): Promise<CheckedMail[]> {
  const idsByKind = Map.groupBy(deliveries, ({ kind }) => kind)
  const time = { now: now(), today: today() }
  const mails: CheckedMail[] = []
  for (const [kind, some] of idsByKind)
    mails.push(
      ...(await mailKinds[kind].read(
        reader,
        some.map(({ id }) => id),
        time,
      )),
    )
  return mails.toSorted((a, b) => a.facts.id - b.facts.id)
}
