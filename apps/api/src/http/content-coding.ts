/** A content coding of responses; `identity` is none. */
export type ContentCoding = 'br' | 'gzip' | 'identity'

/** From the one that compresses best. Among equal weights the first wins. */
const PREFERENCE: readonly ContentCoding[] = ['br', 'gzip', 'identity']

/**
 * Chooses the content coding of a response (RFC 9110, 12.5.3). A client that accepts none of them gets `identity`.
 *
 * @param accepted the Accept-Encoding header
 * @param available the codings that the response can have, besides `identity`
 */
export function chooseCoding(
  accepted: string | undefined,
  available: readonly ContentCoding[],
): ContentCoding {
  if (accepted === undefined) return 'identity'
  const weights = readWeights(accepted)
  let best: ContentCoding = 'identity'
  let most = 0
  for (const coding of PREFERENCE) {
    if (coding !== 'identity' && !available.includes(coding)) continue
    const weight = weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? UNNAMED_IDENTITY : 0)
    if (weight > most) [best, most] = [coding, weight]
  }
  return best
}

/** Whether a client accepts a response without a content coding. Nearly all do: it must be excluded by name or by `*`. */
export function acceptsIdentity(accepted: string): boolean {
  const weights = readWeights(accepted)
  return (weights.get('identity') ?? weights.get('*')) !== 0
}

/** `identity` is acceptable unless it is excluded, but everything that is named comes first. Weights have three digits. */
const UNNAMED_IDENTITY = 0.000_1

function readWeights(accepted: string): Map<string, number> {
  return new Map(
    accepted.split(',').map((range) => {
      const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [name, weight === undefined ? 1 : Number(weight.slice(2)) || 0]
    }),
  )
}
