/** The currency of a shop that names none. */
export const DEFAULT_CURRENCY = 'EUR'

/**
 * The currencies whose minor unit is not a hundredth of the whole, by its decimal places. From ISO 4217, list one. `Intl` is not
 * asked: its data round by custom, such as IQD to whole dinars, and differ between a server and a browser.
 */
const DIGITS_BY_CURRENCY = new Map([
  ...each('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0),
  ...each('BHD IQD JOD KWD LYD OMR TND', 3),
  ...each('CLF UYW', 4),
])

/** Codes of ISO 4217 without a minor unit, of which `Intl` lists some: metals, units of account, a test and no currency. */
const NOT_MONEY = new Set('XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '))

/** Whether a text is the code of a currency, in upper case, such as `EUR`. */
export function isCurrency(code: string): boolean {
  return !NOT_MONEY.has(code) && Intl.supportedValuesOf('currency').includes(code)
}

/** The decimal places of the minor unit of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorUnitDigits(currency: string): number {
  return DIGITS_BY_CURRENCY.get(currency) ?? 2
}

function each(codes: string, digits: number): [code: string, digits: number][] {
  return codes.split(' ').map((code) => [code, digits])
}
