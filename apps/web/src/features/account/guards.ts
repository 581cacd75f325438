import { redirect, type ParsedLocation } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { isStaff } from './roles.ts'
import { meQuery } from './session.ts'

type GuardArgs = { context: { queryClient: QueryClient }; location: ParsedLocation }

/** `beforeLoad` of a route for signed-in users. Others sign in first and then return to the page they asked for. */
export async function signedInOnly({ context, location }: GuardArgs): Promise<void> {
  const me = await context.queryClient.ensureQueryData(meQuery)
  // oxlint-disable-next-line typescript/only-throw-error -- TanStack Router redirects by throwing
  if (me === null) throw redirect({ to: '/sign-in', search: { redirect: location.href } })
}

/** `beforeLoad` of a route for staff and admins. Readers are redirected to the catalogue. */
export async function staffOnly(args: GuardArgs): Promise<void> {
  await signedInOnly(args)
  const me = args.context.queryClient.getQueryData(meQuery.queryKey)
  // oxlint-disable-next-line typescript/only-throw-error -- TanStack Router redirects by throwing
  if (!isStaff(me)) throw redirect({ to: '/' })
}

/** `beforeLoad` of a route for admins. Everyone else is redirected to the catalogue. */
export async function adminsOnly(args: GuardArgs): Promise<void> {
  await signedInOnly(args)
  const me = args.context.queryClient.getQueryData(meQuery.queryKey)
  // oxlint-disable-next-line typescript/only-throw-error -- TanStack Router redirects by throwing
  if (me?.role !== 'admin') throw redirect({ to: '/' })
}
