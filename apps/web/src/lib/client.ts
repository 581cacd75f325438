import { createClient } from '@prebook/client'
import { createQueries } from '@prebook/client/tanstack-query'

/** The API client, for the origin of the page. The session is an HttpOnly cookie. */
export const client = createClient({ url: '/' })

/** TanStack Query options for each procedure. */
export const queries = createQueries(client)
