/** A bar: its label, its length, and the quartiles of its values. */
export type Bar = { group: string; label: string; median: number; low: number; high: number }

const WIDTH = 760
const LABELS = 290
const RIGHT = 90
const BAR = 16
const STEP = 24
const GROUP = 30
const HEAD = 40

/** Colours for light and dark pages, chosen by the reader's browser. */
const style = `
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.group { font-weight: 600 }
.axis { font-size: 11px; fill: #57606a }
.grid { stroke: #d0d7de }
.bar { fill: #2f6fde }
.baseline { fill: #8c959f }
.spread { stroke: #24292f; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .axis { fill: #9198a1 }
  .grid { stroke: #3d444d }
  .bar { fill: #6ea8fe }
  .baseline { fill: #7d8590 }
  .spread { stroke: #e6edf3 }
}`

/**
 * Draws groups of bars, each group with its own scale and the quartiles as a line. If the bars of a group differ by a factor
 * of more than 100, its scale is logarithmic and labelled so.
 *
 * @param options.isBaseline which bars the others are compared with
 */
export function barChart(
  bars: Bar[],
  options: { title: string; unit: string; isBaseline: (bar: Bar) => boolean },
): string {
  const drawn = bars.filter(({ median }) => Number.isFinite(median))
  const parts: string[] = []
  let y = HEAD
  for (const group of new Set(drawn.map((bar) => bar.group))) {
    const members = drawn.filter((bar) => bar.group === group)
    const scale = scaleOf(members)
    const unit = scale.logarithmic ? `${options.unit}, logarithmic` : options.unit
    parts.push(
      `<text class="group" x="0" y="${y + 14}">${escapeXml(group)}</text>`,
      `<text class="axis" x="${LABELS}" y="${y + 14}">${escapeXml(unit)}</text>`,
    )
    y += GROUP
    const bottom = y + members.length * STEP
    for (const tick of scale.ticks) {
      const x = fixed(scale.x(tick))
      parts.push(
        `<line class="grid" x1="${x}" x2="${x}" y1="${y - 6}" y2="${bottom}"/>`,
        `<text class="axis" x="${x}" y="${bottom + 14}" text-anchor="middle">${short(tick)}</text>`,
      )
    }
    for (const bar of members) {
      parts.push(...draw(bar, scale, y, options.isBaseline(bar) ? 'baseline' : 'bar'))
      y += STEP
    }
    y += GROUP
  }
  const height = y + 20
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(options.title)}">
<style>${style}
</style>
<text class="title" x="0" y="18">${escapeXml(options.title)}</text>
${parts.join('\n')}
<text class="axis" x="0" y="${y + 8}">Bars show the median, lines the interquartile range.</text>
</svg>
`
}

type Scale = { x: (value: number) => number; ticks: number[]; logarithmic: boolean }

function scaleOf(bars: Bar[]): Scale {
  const most = Math.max(...bars.map(({ high }) => high))
  const least = Math.min(...bars.map(({ median }) => median).filter((value) => value > 0))
  const logarithmic = most / least > 100
  const room = WIDTH - LABELS - RIGHT
  const from = logarithmic ? Math.floor(Math.log10(least)) : 0
  const to = logarithmic ? Math.log10(most) : most
  return {
    logarithmic,
    ticks: logarithmic ? powers(from, to) : evenly(most),
    x(value) {
      const position = logarithmic ? Math.log10(Math.max(value, 10 ** from)) : value
      return LABELS + (room * (position - from)) / (to - from || 1)
    },
  }
}

function draw({ label, median, low, high }: Bar, { x }: Scale, y: number, kind: string): string[] {
  const middle = y + BAR / 2
  return [
    `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escapeXml(label)}</text>`,
    `<rect class="${kind}" x="${LABELS}" y="${y}" width="${fixed(Math.max(1, x(median) - LABELS))}" height="${BAR}" rx="2"/>`,
    `<line class="spread" x1="${fixed(x(low))}" x2="${fixed(x(high))}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${fixed(Math.max(x(high), x(median)) + 8)}" y="${middle + 4}">${short(median)}</text>`,
  ]
}

function powers(from: number, to: number): number[] {
  return Array.from({ length: Math.floor(to) - from + 1 }, (_, index) => 10 ** (from + index))
}

/** Up to six round numbers, starting at 0. */
function evenly(most: number): number[] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Three significant digits, with thousands separators. */
function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 })
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
