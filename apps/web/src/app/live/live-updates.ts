import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Prebook } from '@prebook/client'
import { watchPrebooks } from '../../features/prebooks/watch-prebooks.ts'
import { endSession, useMe } from '../../features/account/session.ts'
import { connection } from '../connection.ts'
import { client } from '../../lib/client.ts'
import { openSubscription } from './open-subscription.ts'
import { useSharedSession } from './shared-session.ts'
import { shareStream } from './shared-stream.ts'

/** Keeps the page up to date while a user is signed in. Renders nothing. */
export function LiveUpdates() {
  const queryClient = useQueryClient()
  const router = useRouter()
  const signingOut = useSharedSession()
  const userId = useMe()?.id
  useEffect(() => {
    if (userId === undefined || signingOut) return undefined
    const onPrebook = watchPrebooks(queryClient)
    const leaveForSignIn = async (reason: 'AUTH_REQUIRED' | 'AUTH_ACCOUNT_DEACTIVATED') => {
      const { href, pathname } = router.state.location
      // Navigate first, so that no query requests data that the user may no longer see.
      if (!pathname.startsWith('/sign-')) {
        await router.navigate({ to: '/sign-in', search: { redirect: href } })
      }
      endSession(queryClient, reason)
    }
    const stop = shareStream<Prebook>({
      name: `prebooks of ${userId}`,
      keyOf: (prebook) => prebook.id,
      open: openSubscription((handlers) => client.prebooks.watch.subscribe(undefined, handlers)),
      onItem: onPrebook,
      onState: (state) => {
        // The stream covers only prebooks. Refetch everything else that may have changed during the outage.
        if (state === 'live' && connection.get() === 'lost') void queryClient.invalidateQueries()
        connection.set(state)
      },
      onEnd: (reason) => {
        if (reason === 'AUTH_REQUIRED' || reason === 'AUTH_ACCOUNT_DEACTIVATED') void leaveForSignIn(reason)
      },
    })
    return () => {
      stop()
      connection.set('off')
    }
  }, [userId, signingOut, queryClient, router])
  return null
}
