'use client'

import { useEffect, useState } from 'react'
import * as prebook from '@prebook/client'
import { story } from '../../../story.js'

/** The story in a client component, which calls the server from the browser. */
export function Story({ options }) {
  const [result, setResult] = useState(null)
  useEffect(() => {
    void story(prebook, options)
      .catch((error) => ({ error: String(error?.stack ?? error) }))
      .then((found) => {
        setResult(found)
        return fetch(options.report, { method: 'POST', body: JSON.stringify(found) })
      })
  }, [options])
  return <pre id="result">{JSON.stringify(result)}</pre>
}
