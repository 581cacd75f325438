import { useEffect, useRef, type ReactNode } from 'react'
import './sent-note.css'

/** The message that replaces a form after it was sent. It takes the focus, which the form had. */
export function SentNote({ children }: { children: ReactNode }) {
  const note = useRef<HTMLDivElement>(null)
  useEffect(() => note.current?.focus(), [])
  return (
    <div ref={note} tabIndex={-1} role="status" className="sent-note">
      {children}
    </div>
  )
}
