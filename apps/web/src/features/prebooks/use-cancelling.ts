import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Prebook } from '@prebook/client'
import { notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { prebookQuery, refreshAround, showPrebook, waitlistQuery } from './prebook-cache.ts'

/** Cancels a prebook: shown at once, taken back when the shop refuses. */
export function useCancelling(prebook: Prebook) {
  const queryClient = useQueryClient()
  const { mutationFn, mutationKey } = queries.prebooks.cancel.mutationOptions()
  return useMutation({
    mutationKey,
    mutationFn: () => mutationFn({ prebookId: prebook.id }),
    onMutate: async () => {
      const touched = [
        queries.prebooks.list.pathKey(),
        prebookQuery(prebook.id).queryKey,
        waitlistQuery(prebook.bookId).queryKey,
      ]
      // An answer that is under way would bring back what is shown as gone.
      await Promise.all(touched.map((queryKey) => queryClient.cancelQueries({ queryKey })))
      const before = touched.flatMap((queryKey) => queryClient.getQueriesData({ queryKey }))
      showPrebook(queryClient, { ...prebook, status: 'cancelled', cancelledAt: new Date().toISOString() })
      return { before }
    },
    onSuccess: (cancelled) => showPrebook(queryClient, cancelled),
    onError: (error, _, context) => {
      for (const [queryKey, data] of context?.before ?? []) queryClient.setQueryData(queryKey, data)
      notifyFailure(error)
    },
    onSettled: () => void refreshAround(queryClient, { settling: true }),
  })
}
