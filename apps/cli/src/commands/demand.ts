import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { bar } from '../terminal/bar.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/count-of.ts'
import { localDate } from '../terminal/local-time.ts'
import { printJson, printTable, remark } from '../terminal/output.ts'
import type { Column } from '../terminal/table.ts'

export type DemandOptions = GlobalOptions & {
  limit?: number
  /** How many days back counts as lately. */
  since: number
}

type DemandTop = RouterOutputs['demand']['top']

/** How long the bar of the most wanted book is, in columns of the terminal. */
const BAR_WIDTH = 16

/** `prebook demand`: what readers wait for, most wanted first. */
export async function demand(options: DemandOptions): Promise<void> {
  const { call } = await connect(options)
  const input: RouterInputs['demand']['top'] = { days: options.since }
  if (options.limit !== undefined) input.limit = options.limit
  const top = await call((client, request) => client.demand.top.query(input, request))
  if (options.json === true) return printJson(top)
  if (top.items.length === 0) return remark('Nobody waits for a book.')
  printDemand(top.items, options.since)
  const shown = top.items.reduce((sum, item) => sum + item.waiting, 0)
  const rest = shown < top.totalWaiting ? `, ${top.totalWaiting - shown} of them for books further down` : ''
  remark(`${countOf(top.totalWaiting, 'pre-booking')} waiting in all${rest}.`)
}

function printDemand(items: DemandTop['items'], days: number): void {
  const most = Math.max(...items.map(({ waiting }) => waiting))
  const columns: Column[] = [
    { header: 'Rank', align: 'right' },
    { header: 'Id', align: 'right', leftOut: 1 },
    { header: 'Title', shrinksTo: 12 },
    { header: 'Author', shrinksTo: 8, leftOut: 3 },
    { header: 'Waiting', align: 'right' },
    { header: '', leftOut: 4, style: (cell) => styleText('cyan', cell) },
    { header: days === 1 ? 'Last day' : `Last ${days} days`, align: 'right', leftOut: 2 },
    { header: 'Since', leftOut: 2 },
  ]
  const rows = items.map((item, index) => [
    String(index + 1),
    String(item.bookId),
    item.bookTitle,
    item.bookAuthor,
    String(item.waiting),
    bar(item.waiting, most, BAR_WIDTH),
    item.joinedLately === 0 ? '0' : `+${item.joinedLately}`,
    localDate(item.since),
  ])
  printTable(columns, rows)
}
