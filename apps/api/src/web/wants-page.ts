/**
 * Whether a request is a browser's that wants a page to show. `/books/12` is a book's page and the same book as JSON: who
 * names `text/html`, as every browser does when it opens an address, gets the page, unless JSON is named and preferred.
 * What says that it takes anything, as `fetch` and curl do, gets JSON.
 *
 * @param accept the header Accept
 */
export function wantsPage(accept: string | undefined): boolean {
  const html = quality(accept, 'text/html')
  return html > 0 && html >= quality(accept, 'application/json')
}

/** How much a media type is wanted that is named in full (RFC 9110, 12.5.1): 0 to 1, and 0 when it is not named. */
function quality(accept = '', type: string): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    if (name !== type) continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}
