import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Prebook } from '@prebook/client'
import { watchPrebooks } from '../../features/prebooks/watch-prebooks.ts'
import { endSession, useMe } from '../../features/account/session.ts'
import { connection } from '../connection.ts'
import { client } from '../../lib/client.ts'
import { openingWith } from './opening-with.ts'
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
    const hear = watchPrebooks(queryClient)
    const showOut = async (reason: 'AUTH_REQUIRED' | 'AUTH_ACCOUNT_DEACTIVATED') => {
      const { href, pathname } = router.state.location
      // First away, then nothing asks for what they may not see any more.
      if (!pathname.startsWith('/sign-')) {
        await router.navigate({ to: '/sign-in', search: { redirect: href } })
      }
      endSession(queryClient, reason)
    }
    const stop = shareStream<Prebook>({
      name: `prebooks of ${userId}`,
      keyOf: (prebook) => prebook.id,
      open: openingWith((handlers) => client.prebooks.watch.subscribe(undefined, handlers)),
      onItem: hear,
      onState: (state) => {
        // What changed meanwhile and is no prebook, such as a book's stock, nobody has told.
        if (state === 'live' && connection.get() === 'lost') void queryClient.invalidateQueries()
        connection.set(state)
      },
      onEnd: (reason) => {
        if (reason === 'AUTH_REQUIRED' || reason === 'AUTH_ACCOUNT_DEACTIVATED') void showOut(reason)
      },
    })
    return () => {
      stop()
      connection.set('off')
    }
  }, [userId, leaving, queryClient, router])
  return null
}
