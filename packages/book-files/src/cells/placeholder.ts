const words =
  /^(?:[-–—_.?*/x]+|0+|#?n\.?\/?a\.?|#n\/v|none|null|nil|nan|undefined|unknown|missing|no isbn|not available|tb[acd]|keine?|ohne|unbekannt|sans|aucun|inconnu|ninguno|sin|geen|onbekend)$/i

/** Whether a text says that there is no value, such as `N/A`, `none` or `-`. */
export function isPlaceholderWord(text: string): boolean {
  return words.test(text.trim())
}

/** Digits in a row, up or down, that people type to fill a field. */
const RUNS = '01234567890 98765432109'

/** Whether the digits of an ISBN were typed to fill the field: all the same, or in a row. Their check digit may be right. */
export function isPlaceholderNumber(text: string): boolean {
  const digits = text.replace(/[^\dX]/gi, '')
  const stem = digits.length === 13 ? digits.slice(3, 12) : digits.slice(0, 9)
  return /^(\d)\1{4,}$/.test(digits) || (stem.length === 9 && (/^(\d)\1*$/.test(stem) || RUNS.includes(stem)))
}
