import { reasons } from '@prebook/core'

const rows = Object.entries(reasons)
  .toSorted(([one], [other]) => (one < other ? -1 : 1))
  .map(
    ([code, { http, message }]) =>
      `<dt id="${code}"><a href="#${code}">${code}</a> (${http})</dt><dd>${message}</dd>`,
  )

/** `/docs/errors`: every code of an error and what it means. The `type` of an error leads to its entry. */
export const errorsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Prebook: errors</title>
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }
      dt { font-weight: bold; margin-top: 1rem }
      dd { margin: 0 }
      :target { background: #fe9 }
    </style>
  </head>
  <body>
    <h1>Errors</h1>
    <p>
      Every error of the <a href="/docs">REST API</a> is a problem of RFC 9457 (<code>application/problem+json</code>). Its
      <code>code</code> is one of these, and its <code>detail</code> says what is wrong in your case. Quote its
      <code>request_id</code> when you ask the operator about it.
    </p>
    <dl>
      ${rows.join('\n      ')}
    </dl>
  </body>
</html>
`
