import { useId, type ReactNode } from 'react'
import { useWidth } from './use-width.ts'
import './chart.css'

/** The sheet that a chart is drawn on: its heading, and what it shows in words for who does not see it. */
export function Chart({
  heading,
  title,
  words,
  height,
  children,
  below,
}: {
  heading: string
  /** What the drawing shows, in a sentence. */
  title: string
  /** Its figures. */
  words: string
  /** In pixels, as everything that is drawn. */
  height: number
  /** Draws it at the width that there is. */
  children: (width: number) => ReactNode
  /** What the colours mean, and what else is to say. */
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
            aria-describedby={`${id}-words`}
            width={width}
            height={height}
          >
            <title id={`${id}-title`}>{title}</title>
            <desc id={`${id}-words`}>{words}</desc>
            {children(width)}
          </svg>
        )}
      </div>
      {below}
    </section>
  )
}

/** The marks of an axis that stands upright, each with its line across the chart. */
export function Marks({
  marks,
  y,
  left,
  right,
}: {
  /** From 0 on. */
  marks: readonly number[]
  y: (mark: number) => number
  left: number
  right: number
}) {
  return marks.map((mark) => (
    <g key={mark}>
      <path d={`M${left} ${y(mark)}H${right}`} className={mark === 0 ? 'chart-axis' : 'chart-ground'} />
      <text x={left - 6} y={y(mark) + 4} textAnchor="end" className="chart-mark">
        {mark.toLocaleString('en')}
      </text>
    </g>
  ))
}
