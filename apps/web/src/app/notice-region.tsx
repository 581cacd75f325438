import { Link } from '@tanstack/react-router'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from '../ui/button.tsx'
import { dismiss, useNotices, type Notice } from './notices.ts'
import './notice-region.css'

/** How long a notice stays that is no problem, in milliseconds; looking at it with pointer or focus keeps it. */
const STAY_MS = 8_000

/** Where notices appear. The region is always there, since screen readers announce only what changes within one. */
export function NoticeRegion() {
  const notices = useNotices()
  return (
    <div className="notices" role="log" aria-live="polite" aria-label="Notices">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} {...notice} />
      ))}
    </div>
  )
}

function NoticeCard({ id, tone, stays = tone === 'problem', title, body, link }: Notice) {
  const [looked, setLooked] = useState(false)
  const visible = useVisible()
  useEffect(() => {
    // In a tab that nobody sees it waits until somebody does.
    if (stays || looked || !visible) return undefined
    const timer = setTimeout(() => dismiss(id), STAY_MS)
    return () => clearTimeout(timer)
  }, [id, stays, looked, visible])
  return (
    <div
      className={`notice notice-${tone}`}
      onPointerEnter={() => setLooked(true)}
      onPointerLeave={() => setLooked(false)}
      onFocus={() => setLooked(true)}
      onBlur={() => setLooked(false)}
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

function useVisible(): boolean {
  return useSyncExternalStore(followVisibility, () => document.visibilityState === 'visible')
}

function followVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
