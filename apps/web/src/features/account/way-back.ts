/**
 * Where to go after signing in, from the address. Only a place on this site: the parameter could be somebody's bait.
 *
 * @returns a path with search and fragment; `/` for anything else
 */
export function wayBack(wanted: string | undefined, origin: string): string {
  if (wanted === undefined || !wanted.startsWith('/') || !URL.canParse(wanted, origin)) return '/'
  const url = new URL(wanted, origin)
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/'
}
