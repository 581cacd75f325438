import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { forgetIntent } from './intent.ts'

/** Forgets what somebody was about to pre-book when, instead of signing in, they go elsewhere. */
export function useForgottenIntent(): void {
  const elsewhere = useRouterState({
    select: ({ location: { pathname } }) => !/^\/(?:sign-|books\/)/.test(pathname),
  })
  useEffect(() => {
    if (elsewhere) forgetIntent()
  }, [elsewhere])
}
