import { spread } from '../frame/statistics.ts'
import type { BenchRecord, Figure } from '../frame/record.ts'
import { barChart, type Bar } from './bar-chart.ts'

/** Fewer are read faster in the table. */
const FEWEST_BARS = 4

const MOST_BARS = 40

/** A plot of each figure that has enough to show, as SVG by the figure's name. */
export function plots({ figures }: BenchRecord): Map<string, string> {
  const drawn = figures.filter(({ rows }) => rows.length >= FEWEST_BARS)
  return new Map(drawn.map((figure) => [figure.name, plot(figure)]))
}

function plot(figure: Figure): string {
  const name = figure.measures[0]?.name ?? ''
  const rows = figure.rows.filter(({ values }) => values[name] !== undefined).slice(0, MOST_BARS)
  // What is compared with itself under other conditions stands together, and else what is measured under the same ones.
  const byWay = rows.some(({ way, at, beside }) => beside?.way === way && beside.at !== at)
  const bars = rows.map(({ way, at, values }): Bar => {
    const [group, label] = byWay ? [way, at] : [at, way]
    return { group, label, ...spread(values[name] ?? []) }
  })
  const floors = new Set(rows.map(({ beside }) => (byWay ? beside?.at : beside?.way)))
  return barChart(bars, { title: figure.title, unit: name, isFloor: ({ label }) => floors.has(label) })
}
