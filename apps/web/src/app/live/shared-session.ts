import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { switchUser, meQuery, useMe } from '../../features/account/session.ts'
import { createStore } from '../store.ts'
import { client } from '../../lib/client.ts'

/** Messages between tabs: a sign-out has begun; the signed-in user may have changed. */
type Message = 'signing-out' | 'changed'

const CHANNEL = 'prebook:session'

const signingOut = createStore(false)

/**
 * Keeps the tabs of a browser in step: they share the session cookie, so signing in or out in one affects all.
 *
 * @returns whether a sign-out is in progress in any tab; streams that end meanwhile are expected
 */
export function useSharedSession(): boolean {
  const queryClient = useQueryClient()
  const router = useRouter()
  const me = useMe()
  const userId = me === undefined ? undefined : (me?.id ?? null)
  const previous = useRef(userId)

  useEffect(() => {
    const channel = openChannel()
    const check = async () => {
      try {
        const found = await client.auth.me.query()
        const known = queryClient.getQueryData(meQuery.queryKey)
        if (known === undefined || (known?.id ?? null) === (found?.id ?? null)) return
        previous.current = found?.id ?? null
        queryClient.setQueryData(meQuery.queryKey, found)
        // Leave pages that the new user may not see first, so that no query requests their data.
        await router.invalidate()
        switchUser(queryClient, found)
      } catch {
        // The next request will find out.
      } finally {
        signingOut.set(false)
      }
    }
    channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data === 'signing-out') signingOut.set(true)
      else void check()
    })
    return () => channel?.close()
  }, [queryClient, router])

  useEffect(() => {
    if (previous.current !== undefined && userId !== undefined && previous.current !== userId)
      broadcast('changed')
    previous.current = userId
  }, [userId])

  return signingOut.use()
}

/** Marks the start of a sign-out in all tabs. */
export function beginSignOut(): void {
  signingOut.set(true)
  broadcast('signing-out')
}

/** Marks the end of a sign-out, successful or not, in all tabs. */
export function endSignOut(): void {
  signingOut.set(false)
  broadcast('changed')
}

function broadcast(message: Message): void {
  const channel = openChannel()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel only reaches its own origin
  channel?.postMessage(message)
  channel?.close()
}

function openChannel(): BroadcastChannel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
}
