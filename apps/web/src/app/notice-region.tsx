import { Link } from '@tanstack/react-router'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from '../ui/button.tsx'
import { dismiss, useNotices, type Notice } from './notices.ts'
import './notice-region.css'

/** A notice that is not a problem closes after this many milliseconds. Hover and focus pause the timer. */
const DISMISS_AFTER_MS = 8_000

/** Shows notices. Always rendered: screen readers announce only changes inside an existing live region. */
export function NoticeRegion() {
  const notices = useNotices()
  return (
    <div className="notices" role="log" aria-live="polite" aria-label="Notifications">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} {...notice} />
      ))}
    </div>
  )
}

function NoticeCard({ id, tone, persistent = tone === 'problem', title, body, link }: Notice) {
  const [paused, setPaused] = useState(false)
  const visible = usePageVisible()
  useEffect(() => {
    // In a hidden tab, the notice stays until the tab is visible.
    if (persistent || paused || !visible) return undefined
    const timer = setTimeout(() => dismiss(id), DISMISS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [id, persistent, paused, visible])
  return (
    <div
      className={`notice notice-${tone}`}
      onPointerEnter={() => setPaused(true)}
      onPointerLeave={() => setPaused(false)}
      onFocus={() => setPaused(true)}
      onBlur={() => setPaused(false)}
    >
      <div>
        <p className="notice-title">{title}</p>
        {body && <p>{body}</p>}
        {link && (
          <Link to={link.to} onClick={() => dismiss(id)}>
            {link.label}
          </Link>
        )}
      </div>
      <Button
        tone="quiet"
        className="icon-button"
        aria-label={`Dismiss: ${title}`}
        onClick={() => dismiss(id)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="m6 6 12 12M18 6 6 18" />
        </svg>
      </Button>
    </div>
  )
}

function usePageVisible(): boolean {
  return useSyncExternalStore(subscribeToVisibility, () => document.visibilityState === 'visible')
}

function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
