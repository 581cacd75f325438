import { useRef } from 'react'

/**
 * Returns a function that starts a mutation unless it is in flight. The second click of a double click comes before the page
 * renders again, when `isPending` is still false.
 */
export function useOneAtATime({ mutateAsync }: { mutateAsync: () => Promise<unknown> }): () => void {
  const busy = useRef(false)
  return () => {
    if (busy.current) return
    busy.current = true
    void mutateAsync()
      // The mutation itself shows its errors.
      .catch(() => undefined)
      .finally(() => {
        busy.current = false
      })
  }
}
