import { spread } from '../frame/statistics.ts'
import type { BenchRecord, Figure } from '../frame/record.ts'
import { barChart, type Bar } from './bar-chart.ts'

/** With fewer bars, the table is easier to read. */
const FEWEST_BARS = 4

const MOST_BARS = 40

/** A plot of each figure with enough rows, as SVG by the name of the figure. */
export function plots({ figures }: BenchRecord): Map<string, string> {
  const drawn = figures.filter(({ rows }) => rows.length >= FEWEST_BARS)
  return new Map(drawn.map((figure) => [figure.name, plot(figure)]))
}

function plot(figure: Figure): string {
  const name = figure.measures[0]?.name ?? ''
  const rows = figure.rows.filter(({ values }) => values[name] !== undefined).slice(0, MOST_BARS)
  // Rows are grouped by variant if a variant is compared with itself under other conditions, and by conditions otherwise.
  const byVariant = rows.some(
    ({ variant, at, baseline }) => baseline?.variant === variant && baseline.at !== at,
  )
  const bars = rows.map(({ variant, at, values }): Bar => {
    const [group, label] = byVariant ? [variant, at] : [at, variant]
    return { group, label, ...spread(values[name] ?? []) }
  })
  const baselines = new Set(rows.map(({ baseline }) => (byVariant ? baseline?.at : baseline?.variant)))
  return barChart(bars, { title: figure.title, unit: name, isBaseline: ({ label }) => baselines.has(label) })
}
