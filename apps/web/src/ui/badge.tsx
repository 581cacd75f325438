import type { ReactNode } from 'react'
import './badge.css'

/** A status in a word or two. Colour says nothing that the words do not. */
export function Badge({
  tone,
  children,
}: {
  tone: 'good' | 'waiting' | 'plain' | 'bad'
  children: ReactNode
}) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}
