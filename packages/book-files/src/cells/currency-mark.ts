import { CellError } from './cell-error.ts'

/** The currencies that a sign may mean. */
const signs: Record<string, string> = {
  '€': 'EUR',
  '£': 'GBP EGP FKP GIP LBP SHP SYP',
  $: 'USD AUD BBD BMD BND BSD BZD CAD CLP COP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD XCD',
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  C$: 'CAD',
  CA$: 'CAD',
  NZ$: 'NZD',
  HK$: 'HKD',
  S$: 'SGD',
  R$: 'BRL',
  '¥': 'JPY CNY',
  '￥': 'JPY CNY',
  円: 'JPY',
  元: 'CNY',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₴': 'UAH',
  '₪': 'ILS',
  '₫': 'VND',
  '฿': 'THB',
  EURO: 'EUR',
  KR: 'SEK NOK DKK ISK',
  ZŁ: 'PLN',
  KČ: 'CZK',
  FT: 'HUF',
  FR: 'CHF',
  SFR: 'CHF',
  LEI: 'RON',
  R: 'ZAR',
  RS: 'INR PKR LKR NPR',
}

/** The currencies that a sign or code may mean, such as `€` or `EUR`; null when it is neither. */
export function currenciesOf(mark: string): string[] | null {
  const word = mark.toUpperCase().replace(/\.$/, '')
  const meant = Object.hasOwn(signs, word) ? signs[word] : undefined
  if (meant !== undefined) return meant.split(' ')
  return /^[A-Z]{3}$/.test(word) && Intl.supportedValuesOf('currency').includes(word) ? [word] : null
}

/**
 * Checks what stands around the number of a price: nothing, or a sign or code of the shop's currency.
 *
 * @throws CellError
 */
export function checkCurrencyMark(mark: string, currency: string): void {
  if (mark === '') return
  const meant = currenciesOf(mark)
  if (meant === null) throw new CellError(`“${mark}” is not a currency.`)
  if (!meant.includes(currency))
    throw new CellError(`“${mark}” is not ${currency}, the currency of the shop. Convert the prices first.`)
}
