import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { localTime } from '../terminal/local-time.ts'
import { printInfo, printJson, printTable } from '../terminal/output.ts'
import { findUserId } from '../program/user-reference.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'

type Entry = RouterOutputs['audit']['list']['items'][number]

export type AuditListOptions = GlobalOptions &
  ListOptions & { account?: string; token?: number; subject?: string; action?: Entry['action'] }

/** `prebook audit list`: lists what staff, admins and tokens changed, newest first. */
export async function listAudit(options: AuditListOptions): Promise<void> {
  const connection = await connect(options)
  const filter: RouterInputs['audit']['list'] = {}
  if (options.account !== undefined) filter.actorId = await findUserId(connection, options.account)
  if (options.token !== undefined) filter.tokenId = options.token
  if (options.subject !== undefined) filter.subject = options.subject
  if (options.action !== undefined) filter.action = options.action
  const fetchPage = (paging: Paging) =>
    connection.call((client, request) => client.audit.list.query({ ...filter, ...paging }, request))
  if (options.csv === true) return printCsv('auditLog', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No matching changes.')
  printEntries(page.items)
  if (page.nextCursor !== null) printInfo('More entries exist. Use a higher --limit, or --all.')
}

function printEntries(entries: Entry[]): void {
  printTable(
    [
      { header: 'Time' },
      { header: 'By', minWidth: 8, dropOrder: 1 },
      { header: 'Action' },
      { header: 'Subject' },
      { header: 'Details', minWidth: 16, dropOrder: 2 },
    ],
    entries.map(({ at, actorId, actorEmail, tokenName, action, subject, details, ...subjectOf }) => [
      localTime(at),
      tokenName ?? actorEmail ?? `#${actorId} (deleted)`,
      action,
      subject,
      [subjectOf.subjectEmail, subjectOf.subjectTokenName, detailsText(details)].filter(Boolean).join(', '),
    ]),
  )
}

/** The details as text: `{ movementId: 7, delta: 3 }` becomes `movement id 7, delta 3`. */
function detailsText(details: Entry['details']): string {
  return Object.entries(details)
    .map(([name, value]) => {
      const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      return `${words} ${Array.isArray(value) ? value.join(' ') || 'none' : value}`
    })
    .join(', ')
}
