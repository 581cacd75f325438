import { useCallback, useState } from 'react'

/**
 * The width of an element in pixels, for drawings whose lettering keeps its size; 0 until it is known.
 *
 * @returns the element's `ref`, and its width
 */
export function useWidth() {
  const [width, setWidth] = useState(0)
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width] as const
}
