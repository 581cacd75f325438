import { styleText } from 'node:util'
import type { ApiToken, RouterInputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { localDate, localMinute } from '../terminal/local-time.ts'
import { printInfo, printJson, printTable } from '../terminal/output.ts'
import type { Column } from '../terminal/table.ts'
import { findUserId } from '../program/user-reference.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'

export type TokensListOptions = GlobalOptions &
  ListOptions & { account?: string; active?: boolean; inactive?: boolean }

/** `prebook tokens list`: lists tokens, newest first. */
export async function listTokens(options: TokensListOptions): Promise<void> {
  const connection = await connect(options)
  const filter: RouterInputs['tokens']['list'] = {}
  if (options.account !== undefined) filter.createdBy = await findUserId(connection, options.account)
  if (options.active === true) filter.isActive = true
  if (options.inactive === true) filter.isActive = false
  const fetchPage = (paging: Paging) =>
    connection.call((client, request) => client.tokens.list.query({ ...filter, ...paging }, request))
  if (options.csv === true) return printCsv('tokens', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No matching tokens.')
  printTokens(page.items)
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

/** Writes a table of tokens. */
export function printTokens(tokens: ApiToken[]): void {
  const columns: (Column & { cell: (token: ApiToken) => string })[] = [
    { header: 'ID', align: 'right', cell: ({ id }) => String(id) },
    { header: 'Name', minWidth: 12, cell: ({ name }) => name },
    { header: 'Scopes', minWidth: 12, cell: ({ scopes }) => scopes.join(' ') || 'none' },
    {
      header: 'Made by',
      minWidth: 12,
      dropOrder: 2,
      cell: ({ createdBy, createdByEmail }) => createdByEmail ?? `#${createdBy} (deleted)`,
    },
    {
      header: 'Last used',
      dropOrder: 1,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : localMinute(lastUsedAt)),
    },
    {
      header: 'State',
      minWidth: 10,
      style: (cell, row) => (tokens[row]?.status === 'active' ? cell : styleText('yellow', cell)),
      cell: stateOf,
    },
  ]
  printTable(
    columns,
    tokens.map((token) => columns.map(({ cell }) => cell(token))),
  )
}

/** `active`, `active until 2027-03-01`, `expired 2026-03-01`, `revoked 2026-03-01`. */
function stateOf({ status, expiresAt, revokedAt, overlapEndsAt }: ApiToken): string {
  if (status === 'revoked') return `revoked ${revokedAt === null ? '' : localDate(revokedAt)}`
  if (status === 'expired') return `expired ${expiresAt === null ? '' : localDate(expiresAt)}`
  const end = expiresAt === null ? '' : ` until ${localDate(expiresAt)}`
  return overlapEndsAt === null
    ? `active${end}`
    : `active${end}, the old one until ${localMinute(overlapEndsAt)}`
}
