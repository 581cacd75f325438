import { Badge } from '../ui/badge.tsx'
import { connection, useOnline } from './connection.ts'
import './connection-badge.css'

/** Shows whether the page receives live updates. Empty when no user is signed in and the network works. */
export function ConnectionBadge() {
  const online = useOnline()
  const live = connection.use()
  return (
    <span role="status" className="connection">
      {!online ? (
        <Badge tone="bad">Offline</Badge>
      ) : live === 'lost' ? (
        <Badge tone="bad">Reconnecting…</Badge>
      ) : live === 'live' ? (
        <Badge tone="good">Live</Badge>
      ) : null}
    </span>
  )
}
