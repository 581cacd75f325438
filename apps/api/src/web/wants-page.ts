/**
 * Whether to respond with the web page instead of JSON. `/books/12` is both a page and a book as JSON. A request that names
 * `text/html`, as browsers do when they open an address, gets the page, unless it names JSON with a higher quality. A
 * request that accepts anything, as from `fetch` and curl, gets JSON.
 *
 * @param accept the Accept header
 */
export function wantsPage(accept: string | undefined): boolean {
  const html = quality(accept, 'text/html')
  return html > 0 && html >= quality(accept, 'application/json')
}

/** The quality of an exactly named media type, from 0 to 1 (RFC 9110, 12.5.1); 0 when it is not named. */
function quality(accept = '', type: string): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    if (name !== type) continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}
