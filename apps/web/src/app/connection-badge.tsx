import { Badge } from '../ui/badge.tsx'
import { connection, useOnline } from './connection.ts'
import './connection-badge.css'

/** Says whether what is on the screen keeps itself up to date. Silent where nobody is signed in and nothing is wrong. */
export function ConnectionBadge() {
  const online = useOnline()
  const live = connection.use()
  return (
    <span role="status" className="connection">
      {!online ? (
        <Badge tone="bad">Offline</Badge>
      ) : live === 'lost' ? (
        <Badge tone="bad">Reconnecting …</Badge>
      ) : live === 'live' ? (
        <Badge tone="good">Live</Badge>
      ) : null}
    </span>
  )
}
