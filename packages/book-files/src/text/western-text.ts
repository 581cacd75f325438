/**
 * The letters with marks that words of one language contain, besides those of its loan words. Languages whose letters share
 * their bytes with those of more common languages in other encodings are missing: Icelandic þ, ð and ý are Turkish ş, ğ and ı.
 */
const LANGUAGES = [
  'äöüßéèà', // German
  'àâæçéèêëîïôœùûüÿ', // French
  'áéíñóúüç', // Spanish
  'àçéèíïóòúü', // Catalan
  'áàâãçéêíóôõúü', // Portuguese
  'àèéìíîòóùú', // Italian
  'æøåéèêóòôâäöü', // Danish, Norwegian
  'åäöéüàæøšž', // Swedish, Finnish
  'äöõüšž', // Estonian
  'áâäçéèêëíîïóôöúûü', // Dutch, Frisian
].map((letters) => new Set(letters))

/** One in so many words may be odd, such as a name with a sign inside it. */
const ODD_WORDS = 10

/** Signs that end a word in a text, or join two. */
const BETWEEN_WORDS = /[\u2018\u2019\u00b4\u00b7\u2013\u2014\u2022\u2026\u00a0\u00ad]/
const BEFORE_WORD = /^[\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a\u00bf\u00a1\u00a7\u00a9\u20ac\u00a3]+/
const AFTER_WORD =
  /[\u201c\u201d\u00ab\u00bb\u2039\u203a\u00ae\u2122\u00b0\u00b2\u00b3\u00ba\u00aa\u00bd\u20ac\u00a3]+$/

/**
 * Whether a text has the words of western European languages: true, or the first word that has not. The bytes of another encoding
 * give signs inside words (`Za¿ó³æ`), capitals behind small letters (`CafŽ`), or letters of several languages in one word (`Nìmcová`).
 */
export function isPlausibleWestern(text: string): true | string {
  const words = new Set(text.match(/[A-Za-z\u0080-\uffff]*[\u0080-\uffff][A-Za-z\u0080-\uffff]*/g))
  const odd = [...words].filter((word) => !word.split(BETWEEN_WORDS).every(isWesternWord))
  return odd.length * ODD_WORDS > words.size ? (odd[0] ?? true) : true
}

function isWesternWord(text: string): boolean {
  const word = text.replace(BEFORE_WORD, '').replace(AFTER_WORD, '')
  if (!/^[A-Za-z\u0080-\uffff]*$/.test(word)) return false
  const letters = word.match(/[\u0080-\uffff]/g) ?? []
  const capitalInside = /.[\u00c0-\u00de\u0160\u017d\u0152\u0178]/.test(word) && word !== word.toUpperCase()
  if (capitalInside) return false
  return (
    letters.length === 0 ||
    LANGUAGES.some((known) => letters.every((letter) => known.has(letter.toLowerCase())))
  )
}
