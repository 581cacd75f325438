import type { ReactNode } from 'react'
import { inWords } from '../lib/failure-words.ts'
import { Button } from './button.tsx'
import { PageTitle } from './page-title.tsx'
import './states.css'

type StateProps = {
  /** Whether the page is nothing but this, so that this is its title. */
  wholePage?: boolean | undefined
}

/** Nothing is there, and what one can do about it. */
export function EmptyState({
  title,
  wholePage = false,
  children,
}: StateProps & { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <svg viewBox="0 0 120 60" className="state-drawing" aria-hidden="true">
        <path d="M4 54h112" className="state-shelf" />
        <path d="M14 54V20h12v34M30 54V12h9v42M43 54V24h14v30M92 54 82 18l9-2.5L101 52" />
      </svg>
      {wholePage ? <PageTitle title={title} /> : <h2>{title}</h2>}
      {children}
    </div>
  )
}

/** What went wrong, from the one table of reasons, and another try where that makes sense. */
export function ErrorState({
  error,
  onRetry,
  wholePage = false,
  children,
}: StateProps & {
  error: unknown
  onRetry?: (() => void) | undefined
  /** Other ways on, such as a link. */
  children?: ReactNode
}) {
  const words = inWords(error)
  if (words === null) return null
  return (
    <div className="state" role="alert">
      <svg viewBox="0 0 120 60" className="state-drawing" aria-hidden="true">
        <path d="M4 54h112" className="state-shelf" />
        <path d="M22 54 14 16l11-2.5L33 51M40 54V12h9v42M66 54V24h13v30M96 54l6-38 11 2-6 36" />
      </svg>
      {wholePage ? <PageTitle title={words.title} /> : <h2>{words.title}</h2>}
      <p>{words.advice}</p>
      {words.worthRetrying && onRetry && <Button onClick={onRetry}>Try again</Button>}
      {children}
    </div>
  )
}

/** A grey shape where something will be. Say once, near it, what is loading: see {@link Loading}. */
export function Skeleton({ className = '' }: { className?: string }) {
  return <div className={`skeleton ${className}`} aria-hidden="true" />
}

/** Shapes of what is to come, with words for who does not see them. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div role="status">
      <span className="visually-hidden">Loading {what} …</span>
      {children}
    </div>
  )
}
