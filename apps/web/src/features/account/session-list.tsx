import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { atTime, onDay } from '../../lib/times.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx'

type Session = RouterOutputs['account']['sessions']['items'][number]

/** Where the account is signed in, with a way to end each session but the current one. */
export function SessionList() {
  const queryClient = useQueryClient()
  const sessions = useQuery(queries.account.sessions.queryOptions())
  const refresh = () => queryClient.invalidateQueries({ queryKey: queries.account.sessions.pathKey() })
  const end = useMutation({
    ...queries.account.endSession.mutationOptions(),
    onError: (error) => {
      // It ended in the meantime, which is what the reader wanted.
      if (!isPrebookError(error, 'SESSION_NOT_FOUND')) notifyFailure(error)
    },
    onSettled: refresh,
  })
  const endOthers = useMutation({
    ...queries.account.endOtherSessions.mutationOptions(),
    onSuccess: () => notify({ tone: 'plain', title: 'You are signed out everywhere else' }),
    onError: notifyFailure,
    onSettled: refresh,
  })
  if (sessions.isPending)
    return (
      <Loading what="your sessions">
        <Skeleton className="account-page-sessions-skeleton" />
      </Loading>
    )
  if (sessions.data === undefined)
    return <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
  const { items } = sessions.data
  return (
    <>
      <ul className="account-page-sessions">
        {items.map((session) => (
          <li key={session.id}>
            <div>
              <span className="account-page-agent">{nameOf(session)}</span>{' '}
              {session.current && <Badge tone="good">This one</Badge>}
              <p>
                Signed in on {onDay(session.createdAt)}. Last used {atTime(session.lastUsedAt)}.
              </p>
            </div>
            {!session.current && (
              <Button
                busy={end.isPending && end.variables.sessionId === session.id}
                aria-label={`Sign out ${nameOf(session)}, signed in on ${onDay(session.createdAt)}`}
                onClick={() => end.mutate({ sessionId: session.id })}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <div>
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            Sign out everywhere else
          </Button>
        </div>
      )}
    </>
  )
}

function nameOf({ agent }: Session): string {
  return agent ?? 'Unknown browser or program'
}
