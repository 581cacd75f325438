import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '@prebook/server/router'

/** What each procedure takes: `RouterInputs['books']['list']`. */
export type RouterInputs = inferRouterInputs<AppRouter>

/** What each procedure answers: `RouterOutputs['prebooks']['create']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>
