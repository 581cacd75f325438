import { useMemo } from 'react'
import { designCover, type CoverDesign } from './cover-design.ts'
import { classNames } from './class-names.ts'
import './cover.css'

/** A book cover drawn from title and author. Hidden from screen readers, since both also appear as text. */
export function Cover({
  title,
  author,
  className,
}: {
  title: string
  author: string
  className?: string | undefined
}) {
  const design = useMemo(() => designCover(title, author), [title, author])
  return (
    <svg viewBox="0 0 200 300" className={classNames('cover', className)} aria-hidden="true">
      <rect width="200" height="300" fill={design.ground} />
      <Figure {...design} />
      <Lettering {...design} />
      <path d="M7 0v300" className="cover-fold" />
    </svg>
  )
}

/** Title and author in the upper half, above the figure. The `label` layout puts them across the figure. */
function Lettering({ layout, ground, ink, titleLines, authorLines }: CoverDesign) {
  const longest = Math.max(...titleLines.map((line) => line.length))
  const size = longest <= 5 && titleLines.length <= 2 ? 38 : longest <= 9 && titleLines.length <= 3 ? 27 : 20
  const step = size * 1.12
  const centred = layout === 'label' || layout === 'arches'
  const x = centred ? 100 : 20
  const top = layout === 'label' ? 78 : 34
  const anchor = centred ? 'middle' : 'start'
  const authorTop = top + size * 0.8 + step * (titleLines.length - 1) + 24
  const labelHeight = authorTop + (authorLines.length - 1) * 15 - 46
  return (
    <>
      {layout === 'label' && (
        <>
          <rect x="20" y="64" width="160" height={labelHeight} fill={ground} />
          <rect x="24" y="68" width="152" height={labelHeight - 8} fill="none" stroke={ink} />
        </>
      )}
      <g fill={ink} textAnchor={anchor}>
        {titleLines.map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines have no other key
          <text key={index} x={x} y={top + size * 0.8 + index * step} fontSize={size} className="cover-title">
            {line}
          </text>
        ))}
        {authorLines.map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines have no other key
          <text key={index} x={x} y={authorTop + index * 15} fontSize="12.5" className="cover-author">
            {line}
          </text>
        ))}
      </g>
    </>
  )
}

function Figure({ layout, figure, ink, variation }: CoverDesign) {
  const [a = 0, b = 0, c = 0] = variation
  switch (layout) {
    case 'label':
      return (
        <g stroke={figure} strokeWidth={2 + a * 3} fill="none">
          {Array.from({ length: 14 }, (_, row) => (
            <path key={row} d={`M0 ${row * 24 - 6} q 25 ${12 + b * 14} 50 0 t 50 0 50 0 50 0`} />
          ))}
        </g>
      )
    case 'sun':
      return (
        <>
          <circle cx={60 + a * 80} cy={226 - b * 10} r={44 + c * 18} fill={figure} />
          <path d={`M0 ${258 - b * 20} L200 ${246 + c * 12} V300 H0Z`} fill={ink} opacity="0.85" />
        </>
      )
    case 'bands':
      return (
        <g fill={figure}>
          {Array.from({ length: 5 }, (_, row) => (
            <rect
              key={row}
              x="0"
              y={192 + row * 22}
              width={60 + ((a * 7 + row * (0.3 + b)) % 1) * 140}
              height="11"
            />
          ))}
        </g>
      )
    case 'hills':
      return (
        <>
          <path
            d={`M0 ${220 + a * 20} Q60 ${160 + b * 40} 120 226 T200 ${200 + c * 30} V300 H0Z`}
            fill={figure}
          />
          <path
            d={`M0 270 Q${50 + a * 60} ${220 + b * 20} 200 ${262 + c * 14} V300 H0Z`}
            fill={ink}
            opacity="0.85"
          />
        </>
      )
    case 'arches':
      return (
        <g fill="none" stroke={figure} strokeWidth={6 + a * 5}>
          {[18, 38, 58, 78].map((radius) => (
            <path
              key={radius}
              d={`M${100 - radius} 300 V${278 - b * 14} a${radius} ${radius} 0 0 1 ${2 * radius} 0 V300`}
            />
          ))}
        </g>
      )
    case 'leaf':
      return (
        <g transform={`rotate(${-20 + a * 40} 120 300)`} fill={figure}>
          <path d="M118 310 L122 190" stroke={figure} strokeWidth="3" />
          {[0, 1, 2, 3].map((pair) => (
            <path
              key={pair}
              d={`M120 ${284 - pair * 26} q -52 ${-4 - b * 10} -58 -44 q 48 2 58 44 q 6 -44 58 -48 q -6 44 -58 48Z`}
              opacity={1 - pair * 0.12}
            />
          ))}
        </g>
      )
  }
}
