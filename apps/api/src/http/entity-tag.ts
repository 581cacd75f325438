import { hash } from 'node:crypto'

/** The weak entity tag of a content, quoted. It is weak, because all content codings share it. */
export function entityTag(content: string | Uint8Array): string {
  return `W/"${hash('sha256', content, 'base64url')}"`
}

/**
 * Whether a client has the content with a tag already. Compares weakly (RFC 9110, 13.1.2).
 *
 * @param known the If-None-Match header: `*`, or tags separated by commas
 */
export function isKnown(known: string | undefined, tag: string): boolean {
  if (known === undefined) return false
  const opaque = tag.slice(tag.indexOf('"'))
  return known.trim() === '*' || known.match(/"[^"]*"/g)?.includes(opaque) === true
}
