import type { ReactNode } from 'react'
import type { FailureText } from '../lib/failure-text.ts'
import './failure-note.css'

/** An error in a form or a dialog. Renders nothing for null. */
export function FailureNote({ failure, children }: { failure: FailureText | null; children?: ReactNode }) {
  if (failure === null) return null
  return (
    <p role="alert" className="failure-note">
      <strong>{failure.title}.</strong> {failure.advice}
      {children}
    </p>
  )
}
