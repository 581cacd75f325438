import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { beginLeaving, endLeaving } from '../../app/live/shared-session.ts'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { becomes } from './session.ts'

/** Signs out, here or everywhere, and leads to the catalogue. */
export function useSignOut(where: 'here' | 'everywhere') {
  const queryClient = useQueryClient()
  const router = useRouter()
  const procedure = where === 'here' ? queries.auth.logout : queries.auth.logoutEverywhere
  return useMutation({
    ...procedure.mutationOptions(),
    onMutate: beginLeaving,
    onSuccess: async () => {
      // First away from pages that are theirs alone, then nothing asks for what nobody may see any more.
      await router.navigate({ to: '/' })
      becomes(queryClient, null)
      notify({
        tone: 'plain',
        title: where === 'here' ? 'You are signed out.' : 'You are signed out on every device.',
      })
    },
    onError: notifyFailure,
    onSettled: endLeaving,
  })
}
