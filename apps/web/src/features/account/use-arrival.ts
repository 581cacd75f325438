import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { textParam } from '../../lib/search-params.ts'
import { becomes, type Me } from './session.ts'
import { wayBack } from './way-back.ts'

/** The longest way back that an address may carry. */
const WAY_BACK_MAX = 2_000

/** The search of the pages where one signs in or up: where to go afterwards. */
export type ArrivalSearch = { redirect?: string }

export function arrivalSearch(given: Record<string, unknown>): ArrivalSearch {
  const redirect = textParam(given['redirect'], WAY_BACK_MAX)
  return redirect === undefined ? {} : { redirect }
}

/** Notes who signed in, and goes back to what they were doing. */
export function useArrival({ redirect }: ArrivalSearch): (me: NonNullable<Me>) => void {
  const queryClient = useQueryClient()
  const router = useRouter()
  return (me) => {
    becomes(queryClient, me)
    // Replaced, so that the browser's way back does not lead to a form that is done.
    router.history.replace(wayBack(redirect, location.origin))
  }
}
