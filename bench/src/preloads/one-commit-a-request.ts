import { registerHooks } from 'node:module'

// The real service with one commit per write. Only the bench preloads it into the API; the service has no such option.
const replacement = new URL('open-sqlite-one-by-one.ts', import.meta.url).href
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isEngine =
      specifier.endsWith('/open-sqlite.ts') && context.parentURL?.endsWith('/db/src/open-store.ts') === true
    return isEngine ? nextResolve(replacement, context) : nextResolve(specifier, context)
  },
})
