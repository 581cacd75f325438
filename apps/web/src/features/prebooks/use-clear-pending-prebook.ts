import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { clearPendingPrebook } from './pending-prebook.ts'

/** Clears the pending pre-booking when the reader leaves the sign-in for another page. */
export function useClearPendingPrebook(): void {
  const elsewhere = useRouterState({
    select: ({ location: { pathname } }) => !/^\/(?:sign-|books\/)/.test(pathname),
  })
  useEffect(() => {
    if (elsewhere) clearPendingPrebook()
  }, [elsewhere])
}
