import type { AuditEntry, AuditListInput, AuditPage } from '@prebook/core'
import { findApiTokenNames, findEmails, listAuditEntries, type ListedAuditEntry } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { isoTime } from '../iso-time.ts'

/** Lists what staff changed, newest first, with the present addresses of the accounts and the names of the tokens. */
export async function listAudit({ services }: SignedInContext, input: AuditListInput): Promise<AuditPage> {
  const { actorId, tokenId, subject, action } = input
  const beforeId = readCursor('audit', input.cursor)
  const filter = { actorId, tokenId, subject, action, beforeId, limit: input.limit + 1 }
  const { rows, emails, names } = await services.store.read(async (reader) => {
    const found = await listAuditEntries(reader, filter)
    return {
      rows: found,
      emails: await findEmails(reader, idsOf('user', found)),
      names: await findApiTokenNames(reader, idsOf('token', found)),
    }
  })
  const present = (row: ListedAuditEntry): AuditEntry => ({
    id: row.id,
    at: isoTime(row.at),
    actorId: row.actor_id,
    actorEmail: row.actor_email,
    tokenId: row.token_id,
    tokenName: row.token_name,
    action: row.action,
    subject: row.subject,
    subjectEmail: idsOf('user', [row]).map((id) => emails.get(id))[0] ?? null,
    subjectTokenName: idsOf('token', [row]).map((id) => names.get(id))[0] ?? null,
    details: JSON.parse(row.details) as AuditEntry['details'],
  })
  return page('audit', rows, input.limit, present, (row) => row.id)
}

/** The ids of the accounts or tokens that some entries are about. */
function idsOf(wanted: 'user' | 'token', entries: readonly ListedAuditEntry[]): number[] {
  const subjects = entries.map(({ subject }) => subject.split(':'))
  return [...new Set(subjects.flatMap(([kind, id]) => (kind === wanted ? [Number(id)] : [])))]
}
