import { registerHooks } from 'node:module'

// The real service as it would be if every write had a commit of its own. Loaded before the API by the bench alone; the
// service itself has no such switch.
const replacement = new URL('open-sqlite-one-by-one.ts', import.meta.url).href
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isTheirs =
      specifier.endsWith('/open-sqlite.ts') && context.parentURL?.endsWith('/db/src/open-store.ts') === true
    return isTheirs ? nextResolve(replacement, context) : nextResolve(specifier, context)
  },
})
