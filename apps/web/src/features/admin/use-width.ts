import { useCallback, useState } from 'react'

/**
 * Measures the width of an element in pixels, for drawings whose text keeps its size.
 *
 * @returns the `ref` for the element, and its width; 0 until it is measured
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
