import type { AuditEntry, AuditListInput, AuditPage } from '@prebook/core'
import { findEmails, listAuditEntries, type ListedAuditEntry } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { isoTime } from '../iso-time.ts'

/** Lists what staff changed, newest first, with the present addresses of the accounts. */
export async function listAudit({ services }: SignedInContext, input: AuditListInput): Promise<AuditPage> {
  const { actorId, subject, action } = input
  const beforeId = readCursor('audit', input.cursor)
  const filter = { actorId, subject, action, beforeId, limit: input.limit + 1 }
  const { rows, emails } = await services.store.read(async (reader) => {
    const found = await listAuditEntries(reader, filter)
    return { rows: found, emails: await findEmails(reader, found.flatMap(changedUser)) }
  })
  const present = (row: ListedAuditEntry): AuditEntry => ({
    id: row.id,
    at: isoTime(row.at),
    actorId: row.actor_id,
    actorEmail: row.actor_email,
    action: row.action,
    subject: row.subject,
    subjectEmail: changedUser(row).map((id) => emails.get(id))[0] ?? null,
    details: JSON.parse(row.details) as AuditEntry['details'],
  })
  return page('audit', rows, input.limit, present, (row) => row.id)
}

/** The id of the account that an entry is about, if it is about one. */
function changedUser({ subject }: ListedAuditEntry): number[] {
  const [kind, id] = subject.split(':')
  return kind === 'user' ? [Number(id)] : []
}
