import { textDirection, type Locale } from '@prebook/core'
import { oneLine } from './one-line.ts'

/** An e-mail, with the same content in text and HTML. */
export type Message = {
  subject: string
  text: string
  html: string
  /** The page that stops such mail, for mail that was not asked for. */
  unsubscribe: string | null
}

/** A link with its text. */
export type Link = { label: string; url: string }

/** The content of a message. */
export type MessageParts = {
  /** The language of the texts. Default: `en`. */
  locale?: Locale
  subject: string
  /** A few words above the title. */
  heading: string
  title: string
  byline?: string
  paragraphs: string[]
  action?: Link
  /** Why the reader gets this message. */
  why: string
  footer?: Link[]
  unsubscribe?: Link
}

/** Lays out a message as text and as HTML. Whitespace in values that people typed is collapsed. */
export function frame(parts: MessageParts): Message {
  const { action, unsubscribe } = parts
  const title = oneLine(parts.title)
  const byline = parts.byline === undefined ? undefined : oneLine(parts.byline)
  const footer = [...(parts.footer ?? []), ...(unsubscribe === undefined ? [] : [unsubscribe])]
  const [first = '', ...more] = parts.paragraphs
  const blocks = [
    byline === undefined ? title : `${title}\n${byline}`,
    // Without a byline, the heading only says what the title says.
    [byline === undefined ? first : `${parts.heading}. ${first}`, ...more].join('\n\n'),
    ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]),
    `--\n${parts.why}`,
    ...footer.map(({ label, url }) => `${label}:\n${url}`),
  ]
  return {
    subject: oneLine(parts.subject),
    text: `${blocks.join('\n\n')}\n`,
    html: page({ ...parts, title, byline, footer }),
    unsubscribe: unsubscribe?.url ?? null,
  }
}

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const WRAP = 'word-break:break-word;overflow-wrap:anywhere'

/** Mail programs require inline styles. Only elements that change in dark mode have a class as well. */
function page(
  parts: Omit<MessageParts, 'byline' | 'footer'> & { byline: string | undefined; footer: Link[] },
) {
  const { action, byline } = parts
  const locale = parts.locale ?? 'en'
  const heading = escapeHtml(parts.heading)
  const paragraphs = parts.paragraphs.map((text, index) => {
    const below = index < parts.paragraphs.length - 1 ? 12 : 28
    return `<p class="plain" style="margin:0 0 ${below}px;font-size:16px;line-height:25px;color:#363b43">${escapeHtml(text)}</p>`
  })
  const links = parts.footer.map(
    ({ label, url }) => `<a href="${escapeHtml(url)}" style="color:#646b76">${escapeHtml(label)}</a>`,
  )
  return `<!doctype html>
<html lang="${locale}" dir="${textDirection(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(oneLine(parts.subject))}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background-color: #14161a !important; }
  .card { background-color: #1f2329 !important; border-color: #343a43 !important; }
  .strong { color: #f2f3f5 !important; }
  .plain { color: #c9ced6 !important; }
  .faint, .faint a { color: #9aa3af !important; }
  .mark { color: #86b7ff !important; }
  .button { background-color: #86b7ff !important; color: #0d1b2e !important; }
  .rule { border-color: #343a43 !important; }
}
</style>
</head>
<body class="ground" dir="${textDirection(locale)}" style="margin:0;padding:0;background-color:#f3f1ec;-webkit-text-size-adjust:100%">
<table class="ground" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f3f1ec">
<tr><td align="center" style="padding:32px 16px">
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;background-color:#ffffff;border:1px solid #e2ded5;border-radius:12px">
<tr><td style="padding:32px 32px 28px;${FONT}">
<p class="mark" style="margin:0 0 20px;font-size:13px;line-height:20px;font-weight:600;color:#1f5fbf">${heading}</p>
<h1 class="strong" style="margin:0${byline === undefined ? ' 0 24px' : ''};font-family:Georgia,'Times New Roman',serif;font-size:28px;line-height:36px;font-weight:600;color:#1c1f24;${WRAP}">${escapeHtml(parts.title)}</h1>
${byline === undefined ? '' : `<p class="faint" style="margin:6px 0 24px;font-size:15px;line-height:22px;color:#646b76;${WRAP}">${escapeHtml(byline)}</p>\n`}${paragraphs.join('\n')}
${action === undefined ? '' : `<p style="margin:0"><a class="button" href="${escapeHtml(action.url)}" style="display:inline-block;padding:13px 24px;border-radius:8px;background-color:#1f5fbf;color:#ffffff;font-size:16px;line-height:20px;font-weight:600;text-decoration:none">${escapeHtml(action.label)}</a></p>`}
</td></tr>
<tr><td class="rule faint" style="padding:20px 32px 24px;border-top:1px solid #e2ded5;${FONT};font-size:13px;line-height:20px;color:#646b76">
${escapeHtml(parts.why)}${links.length === 0 ? '' : `<br>\n${links.join(' &nbsp;·&nbsp; ')}`}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
}

/** Escapes text for use between tags or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
