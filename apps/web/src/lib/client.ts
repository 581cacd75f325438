import { createClient } from '@prebook/client'
import { createQueries } from '@prebook/client/tanstack-query'

/** The API, on the page's own origin. The session is a cookie that only the browser handles. */
export const client = createClient({ url: '/' })

/** Options for TanStack Query, for each procedure. */
export const queries = createQueries(client)
