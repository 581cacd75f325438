import { expect, test } from 'vitest'
import { agentFamily } from './agent-family.ts'

const mozilla = 'Mozilla/5.0'
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  ['Firefox on Linux', `${mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`],
  ['Firefox on Android', `${mozilla} (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0`],
  ['Chrome on Windows', `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/139.0.0.0 Safari/537.36`],
  ['Chrome on Android', `${mozilla} (Linux; Android 10; K) ${webkit} Chrome/139.0.0.0 Mobile Safari/537.36`],
  ['Chrome on ChromeOS', `${mozilla} (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/139.0.0.0 Safari/537.36`],
  ['Edge on Windows', `${mozilla} (Windows NT 10.0) ${webkit} Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0`],
  [
    'Opera on macOS',
    `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Chrome/138.0 Safari/537.36 OPR/123.0`,
  ],
  [
    'Samsung Internet on Android',
    `${mozilla} (Linux; Android 10; K) ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
  ],
  [
    'Safari on macOS',
    `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`,
  ],
  [
    'Safari on iOS',
    `${mozilla} (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1`,
  ],
  [
    'Chrome on iOS',
    `${mozilla} (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0 Mobile/15E148 Safari/604.1`,
  ],
  ['Firefox', `${mozilla} (Haiku) Gecko/20100101 Firefox/140.0`],
  ['prebook CLI', 'prebook-cli/1.2.0'],
  ['curl', 'curl/8.14.1'],
  ['Node.js', 'node'],
  ['Python', 'python-requests/2.32.3'],
  [null, ''],
  [null, 'Ann’s private program'],
  [null, `${mozilla} (compatible; SomeBot/1.0; +https://example.org)`],
  [null, `${' '.repeat(10_000)}Firefox/140.0`],
])('%j is the family of %j', (family, header) => {
  expect(agentFamily(header)).toBe(family)
})
