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

/**
 * The currencies that are in use, from ISO 4217, list one, of 2026: without metals, units of account and test codes. `Intl` also lists
 * those that have ended, such as DEM.
 */
const IN_USE = new Set(
  (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP ' +
    'CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS ' +
    'INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR ' +
    'MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD ' +
    'SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST ' +
    'XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
  ).split(' '),
)

/** Whether a text is the code of a currency that is in use, in upper case, such as `EUR`. */
export function isCurrency(code: string): boolean {
  return IN_USE.has(code)
}

/** The decimal places of the minor unit of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorUnitDigits(currency: string): number {
  return DIGITS_BY_CURRENCY.get(currency) ?? 2
}

function each(codes: string, digits: number): [code: string, digits: number][] {
  return codes.split(' ').map((code) => [code, digits])
}
