/** Programs by the name at the start of their header. */
const programs: [RegExp, string][] = [
  [/^prebook-cli\b/, 'prebook CLI'],
  [/^curl\//, 'curl'],
  [/^Wget\b/, 'Wget'],
  [/^node\b/i, 'Node.js'],
  [/^undici\b/, 'Node.js'],
  [/^Bun\//, 'Bun'],
  [/^Deno\//, 'Deno'],
  [/^python/i, 'Python'],
  [/^PostmanRuntime\//, 'Postman'],
  [/^Go-http-client\//, 'Go'],
  [/^Java\//, 'Java'],
]

/** Browsers by a token in their header. Most also claim to be Chrome or Safari, so those come last. */
const browsers: [RegExp, string][] = [
  [/\b(?:Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(?:OPR|OPT)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
]

/** Systems by a token in the header of a browser. Android also claims to be Linux, iOS to be like Mac OS X. */
const systems: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** Characters of the header that are read. Browsers send about 120; a client may send thousands. */
const MOST_READ = 300

/**
 * The kind of browser or program that a `User-Agent` header names, such as `Firefox on Linux` or `curl`; null if unknown.
 * It is one of a fixed set of texts and never part of the header, which could identify a person.
 */
export function agentFamily(userAgent: string): string | null {
  const text = userAgent.slice(0, MOST_READ)
  const browser = nameOf(browsers, text)
  if (browser === null) return nameOf(programs, text)
  const system = nameOf(systems, text)
  return system === null ? browser : `${browser} on ${system}`
}

function nameOf(names: [RegExp, string][], text: string): string | null {
  return names.find(([pattern]) => pattern.test(text))?.[1] ?? null
}
