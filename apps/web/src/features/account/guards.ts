import { redirect, type ParsedLocation } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { meQuery } from './session.ts'

type Arriving = { context: { queryClient: QueryClient }; location: ParsedLocation }

/** `beforeLoad` of a route for who is signed in: others sign in first, and come back to where they wanted to go. */
export async function signedInOnly({ context, location }: Arriving): Promise<void> {
  const me = await context.queryClient.ensureQueryData(meQuery)
  // oxlint-disable-next-line typescript/only-throw-error -- how the router is told
  if (me === null) throw redirect({ to: '/sign-in', search: { redirect: location.href } })
}

/** `beforeLoad` of a route for admins: readers are led to the catalogue. */
export async function adminsOnly(arriving: Arriving): Promise<void> {
  await signedInOnly(arriving)
  const me = arriving.context.queryClient.getQueryData(meQuery.queryKey)
  // oxlint-disable-next-line typescript/only-throw-error -- how the router is told
  if (me?.role !== 'admin') throw redirect({ to: '/' })
}
