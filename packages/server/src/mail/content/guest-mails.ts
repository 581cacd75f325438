import { findAccountMailFacts } from '@prebook/db'
import { frame } from './frame.ts'
import { mailKind } from './mail-kind.ts'

/** Asks a guest to confirm a pre-booking. */
export const confirmMail = mailKind({
  find: findAccountMailFacts,
  skip: () => null,
  write: (facts) =>
    frame({ subject: `Not yet: ${facts.id}`, heading: '', title: '', paragraphs: [], why: '' }),
})
