import { useId, type ReactNode } from 'react'
import { useWidth } from './use-width.ts'
import './chart.css'

/** The frame of a chart: heading, drawing, and a text version for screen readers. */
export function Chart({
  heading,
  title,
  description,
  height,
  children,
  below,
}: {
  heading: string
  /** Accessible name: what the chart shows. */
  title: string
  /** Accessible description: the figures. */
  description: string
  /** Height in pixels. */
  height: number
  /** Draws the chart at the available width in pixels. */
  children: (width: number) => ReactNode
  /** Legend and notes below the chart. */
  below?: ReactNode
}) {
  const id = useId()
  const [ref, width] = useWidth()
  return (
    <section className="chart" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{heading}</h2>
      <div ref={ref} className="chart-canvas">
        {width > 0 && (
          <svg
            role="img"
            aria-labelledby={`${id}-title`}
            aria-describedby={`${id}-description`}
            width={width}
            height={height}
          >
            <title id={`${id}-title`}>{title}</title>
            <desc id={`${id}-description`}>{description}</desc>
            {children(width)}
          </svg>
        )}
      </div>
      {below}
    </section>
  )
}

/** Ticks of a vertical axis, each with a grid line across the chart. */
export function AxisTicks({
  ticks,
  y,
  left,
  right,
}: {
  /** Values from 0 upwards. */
  ticks: readonly number[]
  y: (tick: number) => number
  left: number
  right: number
}) {
  return ticks.map((tick) => (
    <g key={tick}>
      <path d={`M${left} ${y(tick)}H${right}`} className={tick === 0 ? 'chart-axis' : 'chart-ground'} />
      <text x={left - 6} y={y(tick) + 4} textAnchor="end" className="chart-tick">
        {tick.toLocaleString('en')}
      </text>
    </g>
  ))
}
