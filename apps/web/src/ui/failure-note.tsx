import type { ReactNode } from 'react'
import type { FailureWords } from '../lib/failure-words.ts'
import './failure-note.css'

/** What went wrong, in a form or a dialog; nothing for null. */
export function FailureNote({ failure, children }: { failure: FailureWords | null; children?: ReactNode }) {
  if (failure === null) return null
  return (
    <p role="alert" className="failure-note">
      <strong>{failure.title}.</strong> {failure.advice}
      {children}
    </p>
  )
}
