import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { becomes, meQuery, useMe } from '../../features/account/session.ts'
import { createStore } from '../store.ts'
import { client } from '../../lib/client.ts'

/** What tabs tell each other: somebody is about to sign out; somebody else may be signed in from now on. */
type Message = 'leaving' | 'changed'

const CHANNEL = 'prebook:session'

const leaving = createStore(false)

/**
 * The tabs of a browser share one session, since they share its cookie: who signs in or out in one does so in all.
 *
 * @returns whether somebody is about to sign out, in any tab: the end of their streams is no news then
 */
export function useSharedSession(): boolean {
  const queryClient = useQueryClient()
  const router = useRouter()
  const me = useMe()
  const now = me === undefined ? undefined : (me?.id ?? null)
  const before = useRef(now)

  useEffect(() => {
    const channel = openChannel()
    const look = async () => {
      try {
        const found = await client.auth.me.query()
        const known = queryClient.getQueryData(meQuery.queryKey)
        if (known === undefined || (known?.id ?? null) === (found?.id ?? null)) return
        before.current = found?.id ?? null
        queryClient.setQueryData(meQuery.queryKey, found)
        // First away from pages that are not theirs, then nothing asks for what they may not see.
        await router.invalidate()
        becomes(queryClient, found)
      } catch {
        // The next thing that is asked for will tell.
      } finally {
        leaving.set(false)
      }
    }
    channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data === 'leaving') leaving.set(true)
      else void look()
    })
    return () => channel?.close()
  }, [queryClient, router])

  useEffect(() => {
    if (before.current !== undefined && now !== undefined && before.current !== now) tell('changed')
    before.current = now
  }, [now])

  return leaving.use()
}

/** Notes that this browser is about to sign out. */
export function beginLeaving(): void {
  leaving.set(true)
  tell('leaving')
}

/** Notes that signing out is done, or failed. */
export function endLeaving(): void {
  leaving.set(false)
  tell('changed')
}

function tell(message: Message): void {
  const channel = openChannel()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin, its own
  channel?.postMessage(message)
  channel?.close()
}

function openChannel(): BroadcastChannel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
}
