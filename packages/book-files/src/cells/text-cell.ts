import { CellError } from './cell-error.ts'
import { withoutEntities, withoutTags } from './html-text.ts'
import { mendMojibake } from './mojibake.ts'
import { repaired, type CellRepair, type RepairOptions } from './repair.ts'

/** A text, and what was mended in it. */
export type TextCell = { text: string; repairs: CellRepair[] }

/**
 * Reads a title, an author or a description. Text that was read in the wrong encoding and what HTML adds are mended.
 *
 * @param options.tags whether tags of HTML are taken out, as for a description
 * @throws CellError when a character of the text is lost, or something would be mended and may not be
 */
export function readTextCell(cell: string, options: RepairOptions & { tags?: boolean } = {}): TextCell {
  const repairs: CellRepair[] = []
  let text = withoutGuard(cell)
  if (text.includes('\ufffd'))
    throw new CellError('“\ufffd” is where a character was lost. Export the file again, as UTF-8.')
  const mend = (to: string | null, why: string) => {
    if (to === null || to === text) return
    repairs.push(repaired({ from: text, to, why }, options))
    text = to
  }
  mend(mendMojibake(text), 'the text had been read in the wrong encoding')
  if (options.tags === true) mend(withoutTags(text), 'the tags of HTML were taken out')
  mend(withoutEntities(text), 'the entities of HTML were replaced')
  return { text, repairs }
}

/** Takes off what keeps a spreadsheet from calculating a text: `="Dune"`, and an apostrophe before one of = + - @. */
function withoutGuard(cell: string): string {
  const formula = /^=\s*"((?:[^"]|"")*)"$/.exec(cell)?.[1]
  if (formula !== undefined) return formula.replaceAll('""', '"').trim()
  return /^'[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell
}
