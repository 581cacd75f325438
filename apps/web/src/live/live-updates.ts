import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { explainError, type Prebook } from '@prebook/client'
import { hearPrebooks } from '../prebooks/hear-prebooks.ts'
import { endSession, useMe } from '../session/session.ts'
import { connection } from '../shell/connection.ts'
import { client } from '../shop/client.ts'
import { useSharedSession } from './shared-session.ts'
import { shareStream } from './shared-stream.ts'

/** Keeps what is on the screen as it is in the shop, for as long as somebody is signed in: nothing to see by itself. */
export function LiveUpdates() {
  const queryClient = useQueryClient()
  const router = useRouter()
  const leaving = useSharedSession()
  const userId = useMe()?.id
  useEffect(() => {
    if (userId === undefined || leaving) return undefined
    const hear = hearPrebooks(queryClient)
    const stop = shareStream<Prebook>({
      name: `prebooks of ${userId}`,
      keyOf: (prebook) => prebook.id,
      open: ({ onItem, onState, onEnd }) => {
        const subscription = client.prebooks.watch.subscribe(undefined, {
          onStarted: () => onState('live'),
          onData: ({ data }) => onItem(data),
          onConnectionStateChange: ({ state, error }) => {
            if (state === 'connecting' && error !== null) onState('lost')
          },
          onError: (error) => {
            const failure = explainError(error)
            onEnd(failure.kind === 'refused' ? failure.reason : null)
          },
        })
        return () => subscription.unsubscribe()
      },
      onItem: hear,
      onState: (state) => {
        // What changed meanwhile and is no prebook, such as a book's stock, nobody has told.
        if (state === 'live' && connection.get() === 'lost') void queryClient.invalidateQueries()
        connection.set(state)
      },
      onEnd: async (reason) => {
        if (reason !== 'AUTH_REQUIRED' && reason !== 'AUTH_ACCOUNT_DEACTIVATED') return
        const { href, pathname } = router.state.location
        if (!pathname.startsWith('/sign-'))
          await router.navigate({ to: '/sign-in', search: { redirect: href } })
        endSession(queryClient, reason)
      },
    })
    return () => {
      stop()
      connection.set('off')
    }
  }, [userId, leaving, queryClient, router])
  return null
}
