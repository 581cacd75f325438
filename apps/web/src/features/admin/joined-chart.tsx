import { Chart, Marks } from './chart.tsx'
import { marksUpTo } from './scale.ts'

const HEIGHT = 220
const TOP = 24
const BOTTOM = 24
const LEFT = 34

/** How many readers joined a queue on each of the last days, oldest first. */
export function JoinedChart({ byDay }: { byDay: readonly number[] }) {
  const marks = marksUpTo(Math.max(0, ...byDay))
  const top = marks.at(-1) ?? 1
  const y = (people: number) => HEIGHT - BOTTOM - (people / top) * (HEIGHT - TOP - BOTTOM)
  return (
    <Chart
      heading={`Joined on the last ${byDay.length} days`}
      title={`How many of those who wait joined on each of the last ${byDay.length} days`}
      words={`Oldest first, the last one today: ${byDay.join(', ')}.`}
      height={HEIGHT}
    >
      {(width) => {
        const step = (width - LEFT) / byDay.length
        return (
          <>
            <Marks marks={marks} y={y} left={LEFT} right={width} />
            {byDay.map((people, day) => (
              // oxlint-disable-next-line react/no-array-index-key -- days have no other name
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
                    className="chart-mark"
                  >
                    {people}
                  </text>
                )}
              </g>
            ))}
            <text x={LEFT + 2} y={HEIGHT - 6} className="chart-mark">
              {byDay.length - 1} days ago
            </text>
            <text x={width} y={HEIGHT - 6} textAnchor="end" className="chart-mark">
              today
            </text>
          </>
        )
      }}
    </Chart>
  )
}

/** The same in a word's space, beside the number that says it. */
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
          // oxlint-disable-next-line react/no-array-index-key -- days have no other name
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
