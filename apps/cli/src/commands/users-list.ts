import { styleText } from 'node:util'
import type { RouterInputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { localDate } from '../terminal/local-time.ts'
import { printJson, printTable, remark } from '../terminal/output.ts'
import { collectPages, type Extent } from './pages.ts'
import type { User } from '../program/user-reference.ts'

export type UsersListOptions = GlobalOptions &
  Extent & { query?: string; role?: User['role']; inactive?: boolean }

/** `prebook users list`: the accounts, newest first. */
export async function listUsers(options: UsersListOptions): Promise<void> {
  const { call } = await connect(options)
  const filter: RouterInputs['users']['list'] = {}
  if (options.query !== undefined) filter.query = options.query
  if (options.role !== undefined) filter.role = options.role
  if (options.inactive === true) filter.isActive = false
  const page = await collectPages(
    (place) => call((client, request) => client.users.list.query({ ...filter, ...place }, request)),
    options,
  )
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return remark('No account fits.')
  printUsers(page.items)
  if (page.nextCursor !== null) remark('There are more: raise --limit, or add --all.')
}

function printUsers(users: User[]): void {
  printTable(
    [
      { header: 'Id', align: 'right' },
      { header: 'E-mail', shrinksTo: 16 },
      { header: 'Role', leftOut: 1 },
      {
        header: 'State',
        style: (cell, row) => (users[row]?.isActive === false ? styleText('yellow', cell) : cell),
      },
      { header: 'Mails', leftOut: 3 },
      { header: 'Since', leftOut: 2 },
    ],
    users.map(({ id, email, role, isActive, mailOptOut, createdAt }) => [
      String(id),
      email,
      role,
      isActive ? 'active' : 'deactivated',
      mailOptOut ? 'none' : 'yes',
      localDate(createdAt),
    ]),
  )
}
