import type { RouterOutputs } from '@prebook/client'
import { atTime, onDay } from '../../lib/times.ts'
import { Chart, AxisTicks } from './chart.tsx'
import { ticksUpTo } from './scale.ts'

type Movement = RouterOutputs['stock']['history']['items'][number]

const HEIGHT = 260
const TOP = 40
const BOTTOM = 26
const LEFT = 44
const RIGHT = 16
const DAY_MS = 86_400_000
/** With more movements than this, dots would hide the line. */
const MAX_DOTS = 40
/** Space for the number at a broadcast, in pixels. */
const LABEL_WIDTH = 30

/**
 * The stock of a book over time: a step at each movement, a ribbon at each broadcast. The table shows the same figures.
 *
 * @param movements newest first, at least one
 * @param now the end of the time axis, in milliseconds UTC
 */
export function StockPlot({ movements, now }: { movements: readonly Movement[]; now: number }) {
  const steps = movements
    .map((movement) => ({ ...movement, at: Date.parse(movement.createdAt) }))
    .toReversed()
  const [first] = steps
  const last = steps.at(-1)
  if (first === undefined || last === undefined) return null
  const start = first.at
  const end = Math.max(now, last.at, start + 1)
  const ticks = ticksUpTo(Math.max(...steps.map(({ quantityAfter }) => quantityAfter)))
  const top = ticks.at(-1) ?? 1
  const y = (copies: number) => HEIGHT - BOTTOM - (copies / top) * (HEIGHT - TOP - BOTTOM)
  const formatTime = end - start < 2 * DAY_MS ? atTime : onDay
  const broadcasts = steps.filter(({ broadcast }) => broadcast !== null)
  const notifiedText = broadcasts.map(
    ({ broadcast, createdAt }) => ` Readers notified: ${broadcast?.notified ?? 0} on ${atTime(createdAt)}.`,
  )
  return (
    <Chart
      heading="Stock over time"
      title="Copies in stock over time"
      description={`From ${atTime(first.createdAt)}: ${steps.map(({ quantityAfter }) => quantityAfter).join(', ')}.${notifiedText.join('')}`}
      height={HEIGHT}
      below={
        <ul className="chart-legend">
          <li>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M0 12h7V4h9" className="chart-step" />
            </svg>
            copies in stock
          </li>
          <li>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M3 0h10v16l-5-4-5 4z" className="chart-ribbon" />
            </svg>
            readers notified
          </li>
        </ul>
      }
    >
      {(width) => {
        const right = width - RIGHT
        // Space before the first step, so that the initial stock is visible.
        const left = LEFT + 12
        const x = (at: number) => left + ((at - start) / (end - start)) * (right - left)
        const line = steps.map(({ at, quantityAfter }) => `H${x(at)}V${y(quantityAfter)}`).join('')
        const path = `M${LEFT} ${y(first.quantityAfter - first.delta)}${line}H${right}`
        return (
          <>
            <AxisTicks ticks={ticks} y={y} left={LEFT} right={right} />
            <path d={`${path}V${y(0)}H${LEFT}Z`} className="chart-area" />
            <path d={path} className="chart-step" />
            {steps.length <= MAX_DOTS &&
              steps.map(({ id: movement, at, quantityAfter }) => (
                <circle key={movement} cx={x(at)} cy={y(quantityAfter)} r="3.500" className="chart-dot" />
              ))}
            {broadcasts.map(({ id: movement, at, broadcast }, index) => {
              const next = broadcasts[index + 1]
              const hasRoom = next === undefined || x(next.at) - x(at) >= LABEL_WIDTH
              // At the right edge, the number is on the left of its ribbon.
              const atEdge = right - x(at) < LABEL_WIDTH
              return (
                <g key={movement} transform={`translate(${x(at)} 0)`}>
                  <path d={`M0 ${TOP - 12}V${y(0)}`} className="chart-broadcast" />
                  <path d={`M-5 ${TOP - 30}h10v18l-5-4-5 4z`} className="chart-ribbon" />
                  {hasRoom && (
                    <text
                      x={atEdge ? -9 : 9}
                      y={TOP - 17}
                      textAnchor={atEdge ? 'end' : 'start'}
                      className="chart-notified"
                    >
                      {broadcast?.notified}
                    </text>
                  )}
                </g>
              )
            })}
            <text x={LEFT} y={HEIGHT - 6} className="chart-tick">
              {formatTime(first.createdAt)}
            </text>
            <text x={right} y={HEIGHT - 6} textAnchor="end" className="chart-tick">
              now
            </text>
          </>
        )
      }}
    </Chart>
  )
}
