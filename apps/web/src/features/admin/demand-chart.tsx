import type { Demand } from '@prebook/client'
import { Chart } from './chart.tsx'
import { fitted } from './scale.ts'

/** How many books the chart has room for. */
const MOST = 8
const ROW = 44
/** What a number beside a bar takes, in pixels. */
const NUMBER = 56

/** How many wait for which book, and how many of them came lately. The table has the same figures. */
export function DemandChart({ items, days }: { items: readonly Demand[]; days: number }) {
  const shown = items.slice(0, MOST)
  const most = Math.max(1, ...shown.map(({ waiting }) => waiting))
  return (
    <Chart
      heading="Who waits for what"
      title="How many readers wait for which book"
      words={shown
        .map(
          ({ bookTitle, waiting, joinedLately }) =>
            `${bookTitle}: ${waiting}, of whom ${joinedLately} came in the last ${days} days.`,
        )
        .join(' ')}
      height={shown.length * ROW}
      below={
        <>
          <ul className="chart-legend">
            <li>
              <Swatch className="chart-bar" /> waiting for longer
            </li>
            <li>
              <Swatch className="chart-bar-late" /> came in the last {days} days
            </li>
          </ul>
          {items.length > MOST && (
            <p className="chart-note">The first {MOST} of the order. The table has the others.</p>
          )}
        </>
      }
    >
      {(width) =>
        shown.map(({ bookId, bookTitle, waiting, joinedLately }, row) => {
          const length = (people: number) => (people / most) * Math.max(0, width - NUMBER)
          const earlier = length(waiting - joinedLately)
          // A little of the ground between the two, since their colours are alike by night.
          const late = earlier === 0 ? 0 : earlier + 2
          const all = Math.max(3, length(waiting))
          return (
            <g key={bookId} transform={`translate(0 ${row * ROW})`}>
              <text y="14">{fitted(bookTitle, width)}</text>
              <rect y="20" width={joinedLately === 0 ? all : earlier} height="14" className="chart-bar" />
              {joinedLately > 0 && (
                <rect
                  x={late}
                  y="20"
                  width={Math.max(1, all - late)}
                  height="14"
                  className="chart-bar-late"
                />
              )}
              <text x={all + 8} y="32">
                {waiting}
              </text>
            </g>
          )
        })
      }
    </Chart>
  )
}

function Swatch({ className }: { className: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <rect y="2" width="16" height="12" className={className} />
    </svg>
  )
}
