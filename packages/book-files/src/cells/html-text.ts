/** The entities that HTML editors and shops write; numbers are read too. */
const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  bull: '•',
  middot: '·',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  lsaquo: '‹',
  rsaquo: '›',
  euro: '€',
  pound: '£',
  copy: '©',
  reg: '®',
  trade: '™',
  deg: '°',
  frac12: '½',
  times: '×',
  iexcl: '¡',
  iquest: '¿',
  szlig: 'ß',
  aelig: 'æ',
  AElig: 'Æ',
  oelig: 'œ',
  OElig: 'Œ',
  oslash: 'ø',
  Oslash: 'Ø',
  eth: 'ð',
  thorn: 'þ',
}

/** The marks of entities such as `&eacute;`, as Unicode combines them. */
const marks: Record<string, string> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030a',
  cedil: '\u0327',
  caron: '\u030c',
}

/** Replaces the entities of HTML, such as `&amp;` and `&#39;`. Unknown ones stay. */
export function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,9}));/gi,
    (whole: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entity(name) ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      const isText =
        code >= 0x20 &&
        code <= 0x10_ff_ff &&
        !(code >= 0x7f && code < 0xa0) &&
        !(code >= 0xd800 && code < 0xe000)
      return isText ? String.fromCodePoint(code) : whole
    },
  )
}

/** Replaces the tags of HTML by line breaks or nothing. Text without tags stays as it is, also with `<` in it. */
export function withoutTags(text: string): string {
  if (!/<\/?(?:p|br|div|span|b|i|em|strong|ul|ol|li|a|h[1-6]|u|font|blockquote)\b[^<>]*>/i.test(text))
    return text
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<li\b[^<>]*>/gi, '\n• ')
    .replace(/<\/(?:p|div|ul|ol|h[1-6]|blockquote|table)>/gi, '\n\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function entity(name: string): string | null {
  if (Object.hasOwn(named, name)) return named[name] ?? null
  const mark = marks[name.slice(1)]
  return mark === undefined ? null : (name.charAt(0) + mark).normalize('NFC')
}
