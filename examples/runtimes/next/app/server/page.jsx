import * as prebook from '@prebook/client'
import { story } from '../../../story.js'

// At each request, not at build time.
export const dynamic = 'force-dynamic'

/** The story in a server component. */
export default async function Page() {
  const options = JSON.parse(process.env.STORY)
  const result = await story(prebook, { ...options, name: 'Next server component' })
  return <pre id="result">{JSON.stringify(result)}</pre>
}
