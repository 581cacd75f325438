import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { textParam } from '../../lib/search-params.ts'
import { switchUser, type Me } from './session.ts'
import { returnPath } from './return-path.ts'

/** Maximum length of the `redirect` parameter. */
const REDIRECT_MAX = 2_000

/** Search parameters of the sign-in and sign-up pages: where to go afterwards. */
export type RedirectSearch = { redirect?: string }

export function redirectSearch(given: Record<string, unknown>): RedirectSearch {
  const redirect = textParam(given['redirect'], REDIRECT_MAX)
  return redirect === undefined ? {} : { redirect }
}

/** Returns a function that completes signing in: it switches to the user and returns to the page they came from. */
export function useFinishSignIn({ redirect }: RedirectSearch): (me: NonNullable<Me>) => void {
  const queryClient = useQueryClient()
  const router = useRouter()
  return (me) => {
    switchUser(queryClient, me)
    // Replaces the history entry, so that the back button does not return to the submitted form.
    router.history.replace(returnPath(redirect, location.origin))
  }
}
