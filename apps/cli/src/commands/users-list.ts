import { styleText } from 'node:util'
import type { RouterInputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { localDate } from '../terminal/local-time.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'
import type { User } from '../program/user-reference.ts'

export type UsersListOptions = GlobalOptions &
  ListOptions & { query?: string; role?: User['role']; inactive?: boolean }

/** `prebook users list`: lists accounts, newest first. */
export async function listUsers(options: UsersListOptions): Promise<void> {
  const { call } = await connect(options)
  const filter: RouterInputs['users']['list'] = {}
  if (options.query !== undefined) filter.query = options.query
  if (options.role !== undefined) filter.role = options.role
  if (options.inactive === true) filter.isActive = false
  const fetchPage = (paging: Paging) =>
    call((client, request) => client.users.list.query({ ...filter, ...paging }, request))
  if (options.csv === true) return printCsv('users', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No matching accounts.')
  printUsers(page.items)
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

function printUsers(users: User[]): void {
  printTable(
    [
      { header: 'ID', align: 'right' },
      { header: 'E-mail', minWidth: 16 },
      { header: 'Role', dropOrder: 1 },
      {
        header: 'State',
        style: (cell, row) => (users[row]?.isActive === false ? styleText('yellow', cell) : cell),
      },
      { header: 'E-mails', dropOrder: 3 },
      { header: 'Joined', dropOrder: 2 },
    ],
    users.map(({ id, email, role, isActive, mailOptOut, createdAt }) => [
      String(id),
      email,
      role,
      isActive ? 'active' : 'deactivated',
      mailOptOut ? 'off' : 'on',
      localDate(createdAt),
    ]),
  )
}
