/** Currencies in the headers of price columns. Rarer codes are also words, such as ALL and TOP. */
const CODES = 'EUR USD GBP CAD AUD NZD CHF JPY CNY SEK NOK DKK PLN CZK HUF INR ZAR BRL MXN TRY'.split(' ')

const cache = new Map<string, string[]>()

/**
 * The names of a column by its header: its letters and digits without accents in lower case, and the same without a currency, as in
 * `Price (GBP)`.
 */
export function headerNames(header: string): string[] {
  const known = cache.get(header)
  if (known !== undefined) return known
  // Shopify puts the key of a metafield after its name.
  const text = header.replace(/\s*\([\w-]+\.metafields\..*\)$/i, '')
  const names = [...new Set([text, withoutCurrency(text)].map(plain))].filter((name) => name !== '')
  // A header comes from a file. Few are looked up, and often.
  if (cache.size < 1_000) cache.set(header, names)
  return names
}

/** The codes and signs of currencies in a header. */
export function currencyMarksOf(header: string): string[] {
  return [...header.matchAll(/[€£$¥₹]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])/g)]
    .map(([mark]) => mark)
    .filter((mark) => mark.length === 1 || CODES.includes(mark))
}

function withoutCurrency(header: string): string {
  return currencyMarksOf(header).reduce((text, mark) => text.replace(mark, ''), header)
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '')
}
