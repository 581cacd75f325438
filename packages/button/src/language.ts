/** The language of an element: its own attribute `lang`, or that of the closest element around it. Empty if there is none. */
export function languageOf(element: Element): string {
  const closest = element.closest('[lang]')
  if (closest !== null) return closest.getAttribute('lang') ?? ''
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? languageOf(root.host) : ''
}
