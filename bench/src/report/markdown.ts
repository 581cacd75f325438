import { figureCells } from '../frame/figure-cells.ts'
import type { BenchRecord, Figure, Machine } from '../frame/record.ts'
import { targets } from '../frame/targets.ts'
import { judge, verdictCells } from '../frame/verdicts.ts'

/**
 * What a record says, as pieces of Markdown by the names under which a document wants them: `run`, `targets`, and one for
 * each figure.
 *
 * @param plots names of the figures that have a plot
 */
export function reportBlocks(record: BenchRecord, plots: string[]): Map<string, string> {
  const blocks = new Map([
    ['run', describeRun(record)],
    ['targets', markdownTable(verdictCells(judge(record.figures, targets)))],
  ])
  for (const figure of record.figures)
    blocks.set(figure.name, figureBlock(figure, plots.includes(figure.name)))
  return blocks
}

const MARK = /<!-- figures: ([\w-]+) -->\n[\s\S]*?<!-- end -->/g

/**
 * Fills the marked places of a document, `<!-- figures: name -->` to `<!-- end -->`. A place whose figure was not measured
 * says so.
 */
export function fillBlocks(document: string, blocks: Map<string, string>): string {
  return document.replace(MARK, (_place, name: string) => {
    const text = blocks.get(name) ?? '_Not measured in this run._'
    return `<!-- figures: ${name} -->\n\n${text}\n\n<!-- end -->`
  })
}

function describeRun({ takenAt, commit, quick, rounds, machine }: BenchRecord): string {
  const what = [
    `Taken on ${takenAt.slice(0, 10)}${commit === null ? '' : ` at ${commit}`}, ${rounds} rounds.`,
    describeMachine(machine),
  ]
  if (quick)
    what.push(
      '**A quick run: small sizes, few rounds. It shows that everything works, and is no measurement.**',
    )
  return what.join(' ')
}

function describeMachine({ cpu, cores, memoryGb, system, node, sqlite, postgres, pinned }: Machine): string {
  const own = pinned ? 'have cores of their own' : 'share all cores'
  const engines = `SQLite ${sqlite}${postgres === null ? '' : ` and ${postgres}`}`
  return `${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}, ${engines}. Server and load generator are processes that ${own}.`
}

function figureBlock(figure: Figure, plotted: boolean): string {
  const parts = [figure.about, markdownTable(figureCells(figure))]
  if (plotted) parts.push(`![${figure.title}](plots/${figure.name}.svg)`)
  for (const reason of figure.skipped ?? []) parts.push(`Not measured: ${reason}.`)
  return parts.join('\n\n')
}

function markdownTable({ head, rows }: { head: string[]; rows: string[][] }): string {
  if (rows.length === 0) return ''
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const words = head.indexOf('beside') === 1 ? 3 : 2
  const rule = head.map((_, column) => (column < words ? '---' : '--:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
