import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { bar } from '../terminal/bar.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { countOf } from '../terminal/plural.ts'
import { dueText } from './describe-book.ts'
import { localDate } from '../terminal/local-time.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { CommandError } from '../program/command-error.ts'
import type { ListOptions, Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'
import type { Since } from '../program/since.ts'
import type { Column } from '../terminal/table.ts'

export type DemandOptions = GlobalOptions &
  ListOptions & {
    /** From when joins count as recent. */
    since: Since
  }

type DemandTop = RouterOutputs['demand']['top']

/** The longest bar, in columns. */
const BAR_WIDTH = 16

/** `prebook demand`: ranks books by the number of readers waiting. */
export async function demand(options: DemandOptions): Promise<void> {
  if (options.all === true && options.csv !== true)
    throw new CommandError('usage', '--all needs --csv.', {
      remedy: 'Use --limit <n>, or `prebook demand order --all`, to show more books.',
    })
  const { call } = await connect(options)
  if (options.csv === true) {
    const fetchPage = (paging: Paging) =>
      call((client, request) => client.demand.orderList.query({ ...options.since, ...paging }, request))
    return printCsv('demand', fetchPage, options)
  }
  const input: RouterInputs['demand']['top'] = { ...options.since }
  if (options.limit !== undefined) input.limit = options.limit
  const top = await call((client, request) => client.demand.top.query(input, request))
  if (options.json === true) return printJson(top)
  if (top.items.length === 0) return printInfo('No readers are waiting.')
  printDemand(top.items, options.since)
  const shown = top.items.reduce((sum, item) => sum + item.waiting, 0)
  const rest = shown < top.totalWaiting ? `, ${top.totalWaiting - shown} of them for books not shown` : ''
  printInfo(`${countOf(top.totalWaiting, 'pre-booking')} waiting in total${rest}.`)
}

/** `Last 7 days`, or `New since 2026-03-01`. */
function recentHeader(since: Since): string {
  if ('since' in since) return `New since ${since.since}`
  return since.days === 1 ? 'Last day' : `Last ${since.days} days`
}

function printDemand(items: DemandTop['items'], since: Since): void {
  const most = Math.max(...items.map(({ waiting }) => waiting))
  const columns: Column[] = [
    { header: 'Rank', align: 'right' },
    { header: 'ID', align: 'right', dropOrder: 1 },
    { header: 'Title', minWidth: 12 },
    { header: 'Author', minWidth: 8, dropOrder: 3 },
    { header: 'Waiting', align: 'right' },
    { header: '', dropOrder: 4, style: (cell) => styleText('cyan', cell) },
    { header: recentHeader(since), align: 'right', dropOrder: 2 },
    { header: 'Since', dropOrder: 2 },
    {
      header: 'Due',
      dropOrder: 2,
      style: (cell, row) => (items[row]?.overdue === true ? styleText('red', cell) : cell),
    },
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
    dueText(item),
  ])
  printTable(columns, rows)
}
