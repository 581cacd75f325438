import { limits } from './limits.ts'

// A web standard, available wherever this runs, and the only global of the platform that core uses: see decision 0002.
declare const URL: new (text: string) => { readonly hostname: string }

/** An address as it is stored, or what is wrong with it and what to do. */
export type ParsedEmail = { email: string } | { problem: string }

const local = {
  // RFC 5321, 4.1.2: atext, which RFC 5322, 3.2.3 defines.
  dotString: /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*$/,
  // RFC 5321, 4.5.3.1.1.
  max: 64,
}

const problems = {
  malformed: 'Must be an e-mail address, such as reader@example.org.',
  tooLong: `Must have at most ${limits.email.max} characters.`,
  tooLongInAscii: `Must have at most ${limits.email.max} characters with the domain in its ASCII form (xn--…).`,
  quoted: 'Quotation marks are not supported. Use an address without them, such as reader@example.org.',
  literal:
    'Must have a domain name after the @, not an IP address. Use an address such as reader@example.org.',
  nonAsciiLocal:
    'Only the part after the @ may have accents or non-Latin letters. Use an address with plain letters (a–z) before the @.',
  severalOrNamed: 'Must be a single address without a name, spaces or brackets, such as reader@example.org.',
  dots: 'Cannot have two dots in a row, or a dot at the beginning or the end of the part before the @. Check the address.',
  localTooLong: `Must have at most ${local.max} characters before the @. Use a shorter address.`,
  dotless: 'Must have a complete domain name after the @, such as example.org.',
  domain: 'The domain name after the @ is not valid. Check its spelling.',
}

/**
 * Parses an e-mail address: a dot-string of RFC 5321 and a domain name, which may be international (RFC 5890) in either
 * form. All spellings of an address become one: lower case, with the domain in its ASCII form (`xn--…`).
 *
 * `Ada@Bücher.example` becomes `ada@xn--bcher-kva.example`.
 *
 * The result contains no white space, comma, quotation mark, bracket or second `@`, so it cannot add a recipient or a
 * header to a mail.
 */
export function parseEmail(text: string): ParsedEmail {
  const typed = text.trim()
  if (typed.length > limits.email.max) return { problem: problems.tooLong }
  const at = typed.lastIndexOf('@')
  if (at <= 0 || at === typed.length - 1) return { problem: problems.malformed }
  const [localPart, domain] = [typed.slice(0, at), typed.slice(at + 1)]
  const problem = problemOfLocalPart(localPart)
  if (problem !== null) return { problem }
  if (domain.startsWith('[')) return { problem: problems.literal }
  const ascii = toAsciiDomain(domain)
  if (ascii === null)
    return { problem: /[\s<>(),;:"]/.test(domain) ? problems.severalOrNamed : problems.domain }
  if (!ascii.includes('.')) return { problem: problems.dotless }
  // A top-level domain is not a number (RFC 3696, 2), so this is an IPv4 address or a typing error.
  if (/\.\d+$/.test(ascii)) return { problem: /^[\d.]+$/.test(ascii) ? problems.literal : problems.domain }
  const email = `${localPart.toLowerCase()}@${ascii}`
  return email.length > limits.email.max ? { problem: problems.tooLongInAscii } : { email }
}

function problemOfLocalPart(text: string): string | null {
  if (text.startsWith('"') && text.endsWith('"')) return problems.quoted
  if (/[\s<>(),;:@[\]"\\]/.test(text)) return problems.severalOrNamed
  if (!isAscii(text)) return problems.nonAsciiLocal
  if (/^\.|\.\.|\.$/.test(text)) return problems.dots
  if (!local.dotString.test(text)) return problems.malformed
  return text.length > local.max ? problems.localTooLong : null
}

/** What versions before international domains accepted; its labels may be longer than a domain's are allowed to be. */
const earlierEmail = /^(?!\.)(?!.*\.\.)[\w'+\-.]*[\w+-]@(?:[a-z\d][a-z\d-]*\.)+[a-z]{2,}$/i

/**
 * Parses the address of an account that may exist. Like {@link parseEmail}, but also accepts what earlier versions
 * accepted for a new account, so that every account can sign in and gets its mail.
 */
export function parseAccountEmail(text: string): ParsedEmail {
  const parsed = parseEmail(text)
  const typed = text.trim()
  const existing = 'problem' in parsed && typed.length <= limits.email.max && earlierEmail.test(typed)
  return existing ? { email: typed.toLowerCase() } : parsed
}

/** One label of a domain name (RFC 1034, 3.5), in lower case. */
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/

/**
 * The ASCII form of a domain name, or of some labels of one, in lower case; null if it is not valid.
 *
 * @example toAsciiDomain('Bücher.example') // 'xn--bcher-kva.example'
 */
export function toAsciiDomain(domain: string): string | null {
  const ascii = (isAscii(domain) ? domain : convert(domain))?.toLowerCase() ?? ''
  // RFC 1035, 2.3.4.
  return ascii.length <= 253 && ascii.split('.').every((each) => label.test(each)) ? ascii : null
}

function isAscii(text: string): boolean {
  return !/\P{ASCII}/u.test(text)
}

// Nothing of ASCII that a URL gives a meaning, and nothing invisible: UTS #46 drops it, so that two addresses would look alike.
// It checks the two joiners itself.
const refused = /[^\P{ASCII}a-zA-Z\d.-]|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u

/** Converts with UTS #46, as browsers do for links. */
function convert(domain: string): string | null {
  if (refused.test(domain)) return null
  try {
    return new URL(`http://${domain}`).hostname
  } catch {
    return null
  }
}
