import { Chart, AxisTicks } from './chart.tsx'
import { ticksUpTo } from './scale.ts'

const HEIGHT = 220
const TOP = 24
const BOTTOM = 24
const LEFT = 34

/** Waiting readers by the day they joined, oldest first. */
export function JoinedChart({ byDay }: { byDay: readonly number[] }) {
  const ticks = ticksUpTo(Math.max(0, ...byDay))
  const top = ticks.at(-1) ?? 1
  const y = (people: number) => HEIGHT - BOTTOM - (people / top) * (HEIGHT - TOP - BOTTOM)
  return (
    <Chart
      heading={`Joined in the last ${byDay.length} days`}
      title={`Waiting readers who joined on each of the last ${byDay.length} days`}
      description={`Oldest first, today last: ${byDay.join(', ')}.`}
      height={HEIGHT}
    >
      {(width) => {
        const step = (width - LEFT) / byDay.length
        return (
          <>
            <AxisTicks ticks={ticks} y={y} left={LEFT} right={width} />
            {byDay.map((people, day) => (
              // oxlint-disable-next-line react/no-array-index-key -- days have no other key
              <g key={day}>
                <rect
                  x={LEFT + day * step + 2}
                  y={y(people)}
                  width={Math.max(1, step - 4)}
                  height={y(0) - y(people)}
                  className="chart-bar-late"
                />
                {people > 0 && step >= 18 && (
                  <text
                    x={LEFT + (day + 0.5) * step}
                    y={y(people) - 5}
                    textAnchor="middle"
                    className="chart-tick"
                  >
                    {people}
                  </text>
                )}
              </g>
            ))}
            <text x={LEFT + 2} y={HEIGHT - 6} className="chart-tick">
              {byDay.length - 1} days ago
            </text>
            <text x={width} y={HEIGHT - 6} textAnchor="end" className="chart-tick">
              today
            </text>
          </>
        )
      }}
    </Chart>
  )
}

/** A small version of the chart for one book, shown with its number. */
export function Sparkline({ byDay }: { byDay: readonly number[] }) {
  const top = Math.max(1, ...byDay)
  return (
    <svg
      viewBox={`0 0 ${byDay.length * 6} 24`}
      preserveAspectRatio="none"
      className="sparkline"
      aria-hidden="true"
    >
      <path d={`M0 23.500H${byDay.length * 6}`} className="chart-axis" />
      {byDay.map((people, day) => (
        <rect
          // oxlint-disable-next-line react/no-array-index-key -- days have no other key
          key={day}
          x={day * 6 + 1}
          y={23 - (people / top) * 22}
          width="4"
          height={(people / top) * 22}
          className="chart-bar-late"
        />
      ))}
    </svg>
  )
}
