import type { ReactNode } from 'react'
import { describeFailure } from '../lib/failure-text.ts'
import { Button } from './button.tsx'
import { PageTitle } from './page-title.tsx'
import './states.css'

type StateProps = {
  /** Whether this is the whole page. The title is then the page title. */
  wholePage?: boolean | undefined
}

/** An empty state: a title, and what the reader can do. */
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

/** An error state, with a retry button when retrying may help. */
export function ErrorState({
  error,
  onRetry,
  wholePage = false,
  children,
}: StateProps & {
  error: unknown
  onRetry?: (() => void) | undefined
  /** Other actions, such as a link. */
  children?: ReactNode
}) {
  const failure = describeFailure(error)
  if (failure === null) return null
  return (
    <div className="state" role="alert">
      <svg viewBox="0 0 120 60" className="state-drawing" aria-hidden="true">
        <path d="M4 54h112" className="state-shelf" />
        <path d="M22 54 14 16l11-2.5L33 51M40 54V12h9v42M66 54V24h13v30M96 54l6-38 11 2-6 36" />
      </svg>
      {wholePage ? <PageTitle title={failure.title} /> : <h2>{failure.title}</h2>}
      <p>{failure.advice}</p>
      {failure.retryable && onRetry && <Button onClick={onRetry}>Try again</Button>}
      {children}
    </div>
  )
}

/** A placeholder while content loads. Wrap it in {@link Loading}, which announces what is loading. */
export function Skeleton({ className = '' }: { className?: string }) {
  return <div className={`skeleton ${className}`} aria-hidden="true" />
}

/** Placeholders, with a text for screen readers. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div role="status">
      <span className="visually-hidden">Loading {what}…</span>
      {children}
    </div>
  )
}
