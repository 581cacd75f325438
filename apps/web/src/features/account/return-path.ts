/**
 * The page to open after signing in, from the `redirect` parameter. Only paths on this site are accepted, because an
 * attacker can put any value in a link.
 *
 * @returns a path with search and fragment; `/` for anything else
 */
export function returnPath(redirect: string | undefined, origin: string): string {
  if (redirect === undefined || !redirect.startsWith('/') || !URL.canParse(redirect, origin)) return '/'
  const url = new URL(redirect, origin)
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/'
}
