import { useMutation } from '@tanstack/react-query'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'

/** Sends the link to confirm the address once more, and says so. */
export function useResendVerification() {
  return useMutation({
    ...queries.account.resendVerification.mutationOptions(),
    onSuccess: () =>
      notify({
        tone: 'good',
        title: 'We are sending the link again',
        body: 'If it does not arrive, check your spam folder.',
      }),
    onError: notifyFailure,
  })
}
