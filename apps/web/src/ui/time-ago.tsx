import { useEffect, useState } from 'react'
import { ago, atTime } from '../lib/times.ts'
import './time-ago.css'

/** Update interval in milliseconds. */
const TICK_MS = 30_000

/** A relative time followed by the exact one. The relative time updates while the page is open. */
export function TimeAgo({ time }: { time: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <time dateTime={time} className="time-ago">
      {ago(time, now)} <span className="time-ago-exact">({atTime(time)})</span>
    </time>
  )
}
