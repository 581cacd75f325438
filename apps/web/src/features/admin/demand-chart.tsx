import type { Demand } from '@prebook/client'
import { Chart } from './chart.tsx'
import { fitText } from './scale.ts'

/** Maximum number of books in the chart. */
const MAX_BOOKS = 8
/** Height of a row, in pixels. */
const ROW = 44
/** Space for the number after a bar, in pixels. */
const LABEL_WIDTH = 56

/** Waiting readers per book, with those who joined recently. The table shows the same figures. */
export function DemandChart({ items, days }: { items: readonly Demand[]; days: number }) {
  const shown = items.slice(0, MAX_BOOKS)
  const most = Math.max(1, ...shown.map(({ waiting }) => waiting))
  return (
    <Chart
      heading="Waiting readers"
      title="Number of waiting readers per book"
      description={shown
        .map(
          ({ bookTitle, waiting, joinedLately }) =>
            `${bookTitle}: ${waiting} waiting, ${joinedLately} of them joined in the last ${days} days.`,
        )
        .join(' ')}
      height={shown.length * ROW}
      below={
        <>
          <ul className="chart-legend">
            <li>
              <Swatch className="chart-bar" /> joined earlier
            </li>
            <li>
              <Swatch className="chart-bar-late" /> joined in the last {days} days
            </li>
          </ul>
          {items.length > MAX_BOOKS && (
            <p className="chart-note">The first {MAX_BOOKS} books. See the table for the rest.</p>
          )}
        </>
      }
    >
      {(width) =>
        shown.map(({ bookId, bookTitle, waiting, joinedLately }, row) => {
          const length = (people: number) => (people / most) * Math.max(0, width - LABEL_WIDTH)
          const earlier = length(waiting - joinedLately)
          // A gap separates the bars, because their colours are similar in the dark theme.
          const lateStart = earlier === 0 ? 0 : earlier + 2
          const all = Math.max(3, length(waiting))
          return (
            <g key={bookId} transform={`translate(0 ${row * ROW})`}>
              <text y="14">{fitText(bookTitle, width)}</text>
              <rect y="20" width={joinedLately === 0 ? all : earlier} height="14" className="chart-bar" />
              {joinedLately > 0 && (
                <rect
                  x={lateStart}
                  y="20"
                  width={Math.max(1, all - lateStart)}
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
