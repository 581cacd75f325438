import { html } from 'hono/html'
import { textDirection, type Locale } from '@prebook/core'

/** Escaped HTML, made with Hono's `html` tag. */
export type Html = ReturnType<typeof html>

/** A small page with no script at all. */
export function page(title: string, body: Html, locale: Locale = 'en'): Html {
  return html`<!doctype html>
    <html lang="${locale}" dir="${textDirection(locale)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="/mail/style.css" />
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `
}

/** The style sheet of these pages, with the colours of the mails. */
export const style = `:root {
  color-scheme: light dark;
  --ground: #f3f1ec;
  --card: #ffffff;
  --rule: #e2ded5;
  --strong: #1c1f24;
  --plain: #363b43;
  --faint: #646b76;
  --mark: #1f5fbf;
  --on-mark: #ffffff;
  --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a;
    --card: #1f2329;
    --rule: #343a43;
    --strong: #f2f3f5;
    --plain: #c9ced6;
    --faint: #9aa3af;
    --mark: #86b7ff;
    --on-mark: #0d1b2e;
    --bad: #ff9d94;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  padding: 2rem 1rem;
  display: flex;
  align-items: flex-start;
  justify-content: center;
  background: var(--ground);
  color: var(--plain);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
main {
  width: 100%;
  max-width: 35rem;
  margin-top: 6vh;
  padding: 2rem;
  background: var(--card);
  border: 1px solid var(--rule);
  border-radius: 12px;
}
main:has(article) { max-width: 52rem; margin-top: 0; }
h1 {
  margin: 0 0 0.75rem;
  color: var(--strong);
  font: 600 1.6rem/1.3 Georgia, 'Times New Roman', serif;
  overflow-wrap: anywhere;
  text-wrap: balance;
}
h2 { margin: 0; color: var(--strong); font-size: 1.05rem; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; text-wrap: pretty; }
p:last-child { margin-bottom: 0; }
.book { color: var(--strong); font-weight: 600; }
.faint { color: var(--faint); font-size: 0.9rem; }
a { color: var(--mark); }
button {
  padding: 0.75rem 1.5rem;
  border: 0;
  border-radius: 8px;
  background: var(--mark);
  color: var(--on-mark);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
a.button {
  display: inline-block;
  padding: 0.75rem 1.5rem;
  border-radius: 8px;
  background: var(--mark);
  color: var(--on-mark);
  font-weight: 600;
  text-decoration: none;
}
button.danger { background: none; color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad); }
button.quiet { background: none; color: var(--mark); box-shadow: inset 0 0 0 1px var(--rule); }
label { display: grid; gap: 0.35rem; width: 100%; color: var(--strong); font-weight: 600; }
input, select {
  padding: 0.7rem;
  border: 1px solid var(--faint);
  border-radius: 8px;
  background: var(--card);
  color: var(--strong);
  font: inherit;
}
.problem { width: 100%; margin: 0; color: var(--bad); }
form + .faint { margin-top: 1rem; }
button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid var(--mark); outline-offset: 3px; }
form { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1.5rem; margin: 1.5rem 0 0; }
form a, .links a { display: inline-block; padding: 0.5rem 0; }
section, .prebooks li { padding: 1.25rem 0; border-top: 1px solid var(--rule); }
section h2 { margin-bottom: 0.35rem; }
section form { margin-top: 0; }
.prebooks { margin: 1.5rem 0 0; padding: 0; list-style: none; }
.prebooks p { margin: 0; }
.state { color: var(--strong); }
.notice { padding: 0.75rem 1rem; background: var(--ground); border-inline-start: 4px solid var(--mark); }
.notice.problem { border-inline-start-color: var(--bad); }
summary { width: fit-content; padding: 0.5rem 0; color: var(--mark); cursor: pointer; }
details form { margin: 0.5rem 0 0; }
article { padding: 1.25rem 0; border-top: 1px solid var(--rule); }
pre {
  margin: 0.75rem 0 0;
  padding: 1rem;
  background: var(--ground);
  border-radius: 8px;
  font: 0.85rem/1.55 ui-monospace, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
`
