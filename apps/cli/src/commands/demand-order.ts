import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { printInfo, printJson, printTable } from '../terminal/output.ts'
import { countOf } from '../terminal/plural.ts'
import { dueText } from './describe-book.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'

export type DemandOrderOptions = GlobalOptions & ListOptions & { readersPerCopy?: number }

type OrderList = RouterOutputs['demand']['orderList']

/** `prebook demand order`: lists the books that readers wait for, with how many copies to order. */
export async function orderList(options: DemandOrderOptions): Promise<void> {
  const { call } = await connect(options)
  const { readersPerCopy } = options
  const asked: RouterInputs['demand']['orderList'] = readersPerCopy === undefined ? {} : { readersPerCopy }
  let rule: number | undefined
  const fetchPage = async (paging: Paging) => {
    const page = await call((client, request) =>
      client.demand.orderList.query({ ...asked, ...paging }, request),
    )
    rule = page.readersPerCopy
    return page
  }
  if (options.csv === true) {
    await printCsv('orderList', fetchPage, options)
    if (rule !== undefined) printInfo(ruleText(rule))
    return
  }
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No readers are waiting.')
  printLines(page)
  const copies = page.items.reduce((sum, line) => sum + line.copies, 0)
  printInfo(
    `${countOf(copies, 'copy', 'copies')} of ${countOf(page.items.length, 'book')}. ${ruleText(page.readersPerCopy)}`,
  )
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

function ruleText(readersPerCopy: number): string {
  return readersPerCopy === 1
    ? 'One copy for each waiting reader.'
    : `One copy for every ${readersPerCopy} waiting readers, rounded up.`
}

function printLines({ items }: OrderList): void {
  printTable(
    [
      { header: 'ISBN', dropOrder: 3 },
      { header: 'ID', align: 'right', dropOrder: 1 },
      { header: 'Title', minWidth: 12 },
      { header: 'Author', minWidth: 8, dropOrder: 4 },
      { header: 'Waiting', align: 'right' },
      { header: 'Copies', align: 'right' },
      { header: 'Due', dropOrder: 2 },
    ],
    items.map((line) => [
      line.isbn ?? '',
      String(line.bookId),
      line.bookTitle,
      line.bookAuthor,
      String(line.waiting),
      String(line.copies),
      dueText(line),
    ]),
  )
}
