import type { ReactNode } from 'react'
import './badge.css'

/** A status in one or two words. The colour repeats what the text says. */
export function Badge({
  tone,
  children,
}: {
  tone: 'good' | 'waiting' | 'plain' | 'bad'
  children: ReactNode
}) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}
