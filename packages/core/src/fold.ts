/**
 * Normalizes text for comparison: lower case, no accents, single spaces. Text is folded before it is stored, so that every
 * database engine compares plain bytes and gets the same result.
 *
 * @example fold('  Gabriel García  Márquez ') // 'gabriel garcia marquez'
 */
export function fold(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      // Upper case in between maps ß and SS to the same text; lower case alone does not. A final ς becomes σ.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .replace(/\s+/gu, ' ')
      .trim()
  )
}
