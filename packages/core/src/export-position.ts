import { invalid } from './errors.ts'
import type { AccountExport } from './schemas/account-export.ts'
import type { Account } from './schemas/accounts.ts'

/** A list in an export of an account. */
export type ExportList = Exclude<keyof AccountExport, 'account' | 'nextCursor'>

/** The lists, in the order in which the parts of an export hold them. */
export const exportLists = [
  'sessions',
  'prebooks',
  'consents',
  'deliveries',
  'stockMovements',
  'stockRequests',
  'keptAnswers',
  'openLinks',
  'refusals',
  'auditEntries',
] as const satisfies readonly ExportList[]

/** The lists whose rows are in the order of a text. Those of the others are in the order of a number. */
const byText = new Set<ExportList>(['stockRequests', 'keptAnswers', 'openLinks'])

/** A part of an export that has no rows yet and is the last one. */
export function emptyExport(account: Account): AccountExport {
  return {
    account,
    sessions: [],
    prebooks: [],
    consents: [],
    deliveries: [],
    stockMovements: [],
    stockRequests: [],
    keptAnswers: [],
    openLinks: [],
    refusals: [],
    auditEntries: [],
    nextCursor: null,
  }
}

/** What the cursor says that continues an export in a list, after a row. */
export function exportListAfter(name: ExportList, key: string): string {
  return `${name}:${key}`
}

/**
 * Where an export continues.
 *
 * @param text what the cursor says, see {@link exportListAfter}; null for the first part
 * @throws PrebookError `VALIDATION_ERROR` for a cursor of something else
 */
export function readExportPosition(text: string | null): { name: ExportList; after: string } {
  if (text === null) return { name: 'sessions', after: '' }
  const [, list, after = ''] = /^(\w+):([\x20-\x7e]*)$/.exec(text) ?? []
  const name = exportLists.find((each) => each === list)
  if (name !== undefined && (byText.has(name) || /^\d{0,16}$/.test(after))) return { name, after }
  throw invalid('cursor', 'Must be the nextCursor of a part of an export. Omit it for the first part.')
}
