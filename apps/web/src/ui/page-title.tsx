import { useEffect, useRef, type ReactNode } from 'react'

/** Path of the previous page, to tell a new page from a second render of the same page. */
let lastPath: string | null = null

/**
 * The heading of a page, which also sets the title of the tab. After navigation it gets the focus, so that screen readers
 * and the keyboard continue from here.
 */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title === 'Prebook' ? title : `${title} · Prebook`
  }, [title])
  useEffect(() => {
    const { pathname } = location
    if (lastPath !== null && lastPath !== pathname) heading.current?.focus({ preventScroll: true })
    lastPath = pathname
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  )
}
