import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { beginSignOut, endSignOut } from '../../app/live/shared-session.ts'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { switchUser } from './session.ts'

/** Signs out, here or everywhere, and goes to the catalogue. */
export function useSignOut(where: 'here' | 'everywhere') {
  const queryClient = useQueryClient()
  const router = useRouter()
  const procedure = where === 'here' ? queries.auth.logout : queries.auth.logoutEverywhere
  return useMutation({
    ...procedure.mutationOptions(),
    onMutate: beginSignOut,
    onSuccess: async () => {
      // Leave pages for signed-in users first, so that no query requests their data.
      await router.navigate({ to: '/' })
      switchUser(queryClient, null)
      notify({
        tone: 'plain',
        title: where === 'here' ? 'You are signed out' : 'You are signed out everywhere',
      })
    },
    onError: notifyFailure,
    onSettled: endSignOut,
  })
}
