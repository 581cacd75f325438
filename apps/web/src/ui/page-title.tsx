import { useEffect, useRef, type ReactNode } from 'react'

/** Where the last page was, to tell a new page from the same one drawn again. */
let shownAt: string | null = null

/**
 * The heading of a page, and the title of its tab. On arriving from another page it takes the focus, so that screen
 * readers read on from here and the keyboard starts here.
 */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title === 'Prebook' ? title : `${title} · Prebook`
  }, [title])
  useEffect(() => {
    const { pathname } = location
    if (shownAt !== null && shownAt !== pathname) heading.current?.focus({ preventScroll: true })
    shownAt = pathname
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  )
}
