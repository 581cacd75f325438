import { expect, test } from 'vitest'
import { mailSkipReason, type MailFacts } from './mail-rules.ts'

const restock: MailFacts = {
  kind: 'restock',
  lane: 'bulk',
  isActive: true,
  optedOut: false,
  addressRefused: false,
  isVerified: true,
}

test.each<[Partial<MailFacts>, ReturnType<typeof mailSkipReason>]>([
  [{}, null],
  [{ isActive: false, optedOut: true }, 'deactivated'],
  [{ optedOut: true, addressRefused: true }, 'opted-out'],
  [{ kind: 'reset', lane: 'now', optedOut: true }, null],
  [{ addressRefused: true, isVerified: false }, 'address-refused'],
  [{ isVerified: false }, 'unverified'],
  [{ kind: 'withdrawal' }, null],
  [{ kind: 'withdrawal', isVerified: false }, 'unverified'],
  [{ kind: 'withdrawal', optedOut: true }, 'opted-out'],
  [{ kind: 'verify', isVerified: false }, null],
])('mail with %j is skipped: %s', (facts, reason) =>
  expect(mailSkipReason({ ...restock, ...facts })).toBe(reason),
)
