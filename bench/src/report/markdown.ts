import { figureCells } from '../frame/figure-cells.ts'
import type { BenchRecord, Figure, Machine } from '../frame/record.ts'
import { targets } from '../frame/targets.ts'
import { judge, verdictCells } from '../frame/verdicts.ts'

/**
 * The Markdown blocks of a record, by name: `run`, `targets`, and one for each figure.
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

const BLOCK = /<!-- figures: ([\w-]+) -->\n[\s\S]*?<!-- end -->/g

/**
 * Replaces the blocks of a document, `<!-- figures: name -->` to `<!-- end -->`. A block whose figure was not measured says
 * so.
 */
export function fillBlocks(document: string, blocks: Map<string, string>): string {
  return document.replace(BLOCK, (_block, name: string) => {
    const text = blocks.get(name) ?? '_Not measured in this run._'
    return `<!-- figures: ${name} -->\n\n${text}\n\n<!-- end -->`
  })
}

function describeRun({ takenAt, commit, quick, rounds, machine }: BenchRecord): string {
  const sentences = [
    `Taken on ${takenAt.slice(0, 10)}${commit === null ? '' : ` at ${commit}`}, ${rounds} rounds.`,
    describeMachine(machine),
  ]
  if (quick)
    sentences.push(
      '**A quick run with small sizes and few rounds. It shows that everything works; do not rely on its figures.**',
    )
  return sentences.join(' ')
}

function describeMachine({ cpu, cores, memoryGb, system, node, sqlite, postgres, pinned }: Machine): string {
  const placement = pinned ? 'on separate cores' : 'sharing all cores'
  const engines = `SQLite ${sqlite}${postgres === null ? '' : ` and ${postgres}`}`
  return `${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}, ${engines}. Server and load generator are separate processes ${placement}.`
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
  const textColumns = head.indexOf('baseline') === 1 ? 3 : 2
  const rule = head.map((_, column) => (column < textColumns ? '---' : '--:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
