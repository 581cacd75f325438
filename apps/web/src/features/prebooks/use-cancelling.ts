import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Prebook } from '@prebook/client'
import { notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { prebookQuery, refreshPrebooks, showPrebook, waitlistQuery } from './prebook-cache.ts'

/** Cancels a prebook with an optimistic update, which is reverted on failure. */
export function useCancelling(prebook: Prebook) {
  const queryClient = useQueryClient()
  const { mutationFn, mutationKey } = queries.prebooks.cancel.mutationOptions()
  return useMutation({
    mutationKey,
    mutationFn: () => mutationFn({ prebookId: prebook.id }),
    onMutate: async () => {
      const affected = [
        queries.prebooks.list.pathKey(),
        prebookQuery(prebook.id).queryKey,
        waitlistQuery(prebook.bookId).queryKey,
      ]
      // A response in flight would overwrite the optimistic update.
      await Promise.all(affected.map((queryKey) => queryClient.cancelQueries({ queryKey })))
      const before = affected.flatMap((queryKey) => queryClient.getQueriesData({ queryKey }))
      showPrebook(queryClient, {
        ...prebook,
        status: 'cancelled',
        cancelledAt: new Date().toISOString(),
        cancelledBy: 'reader',
      })
      return { before }
    },
    onSuccess: (cancelled) => showPrebook(queryClient, cancelled),
    onError: (error, _, context) => {
      for (const [queryKey, data] of context?.before ?? []) queryClient.setQueryData(queryKey, data)
      notifyFailure(error)
    },
    onSettled: () => void refreshPrebooks(queryClient, { settling: true }),
  })
}
