import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { BenchRecord, Figure } from '../frame/record.ts'
import { barChart } from './bar-chart.ts'
import { fillBlocks, reportBlocks } from './markdown.ts'
import { plots } from './plots.ts'

const figure: Figure = {
  name: 'speed',
  title: 'Speed & <all>',
  about: 'How fast.',
  measures: [{ name: 'per second', better: 'more', digits: 0 }],
  rows: ['a', 'b', 'c', 'd'].map((variant, index) => ({
    variant,
    at: 'here',
    values: { 'per second': [1000 * (index + 1), 1200 * (index + 1), 1100 * (index + 1)] },
    baseline: { variant: 'a', at: 'here' },
  })),
}
const record: BenchRecord = {
  takenAt: '2026-01-02T03:04:05.000Z',
  commit: 'abc',
  quick: false,
  rounds: 3,
  machine: {
    cpu: 'A chip',
    cores: 2,
    memoryGb: 8,
    system: 'Linux 6',
    node: '24.0.0',
    sqlite: '3.50',
    postgres: null,
    pinned: true,
  },
  figures: [figure],
}

test('replaces the content of a block with its figure', () => {
  const page =
    '# Title\n\n<!-- figures: speed -->\nold\n<!-- end -->\n\nProse.\n\n<!-- figures: other -->\n<!-- end -->\n'
  const filled = fillBlocks(page, reportBlocks(record, ['speed']))
  expect(filled).toContain('| b | here | 2,200 (2,100–2,300) | 2.00 × |')
  expect(filled).toContain('](plots/speed.svg)')
  expect(filled).not.toContain('old')
  expect(filled).toContain('# Title')
  expect(filled).toContain('Prose.')
  expect(filled).toContain('_Not measured in this run._')
  expect(fillBlocks(filled, reportBlocks(record, ['speed']))).toBe(filled)
})

test('marks a quick run as unreliable', () => {
  expect(reportBlocks({ ...record, quick: true }, []).get('run')).toContain('A quick run')
  expect(reportBlocks(record, []).get('run')).not.toContain('A quick run')
})

test('a plot has one proportional bar per row and escapes text', () => {
  const svg = String(plots(record).get('speed'))
  const widths = [...svg.matchAll(/<rect class="(\w+)"[^>]* width="([\d.]+)"/g)].map(([, kind, width]) => ({
    kind,
    width: Number(width),
  }))
  expect(widths.map(({ kind }) => kind)).toEqual(['baseline', 'bar', 'bar', 'bar'])
  expect(Number(widths[3]?.width) / Number(widths[0]?.width)).toBeCloseTo(4, 1)
  expect(svg).toContain('Speed &amp; &lt;all&gt;')
  expect(svg).toContain('prefers-color-scheme: dark')
})

test('bars that differ by a factor of more than 100 get a logarithmic scale', () => {
  const bar = (median: number) => ({ group: '', label: String(median), median, low: median, high: median })
  const options = { title: 'T', unit: 'ms', isBaseline: () => false }
  expect(barChart([bar(1), bar(1000)], options)).toContain('ms, logarithmic')
  expect(barChart([bar(1), bar(50)], options)).not.toContain('logarithmic')
})

test('docs/performance.md shows the stored record', async () => {
  const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')
  const stored = JSON.parse(await read('bench/record.json')) as BenchRecord
  const page = await read('docs/performance.md')
  const drawn = plots(stored)
  // The formatter aligns tables.
  const loosely = (text: string) => text.replaceAll(/[ -]+/g, ' ').replaceAll(/\s+/g, ' ')
  expect(loosely(fillBlocks(page, reportBlocks(stored, [...drawn.keys()])))).toBe(loosely(page))
  for (const [name, svg] of drawn) expect(await read(`docs/plots/${name}.svg`)).toBe(svg)
})
