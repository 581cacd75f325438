export { isWellFormedToken, looksLikeToken, tokenScopes } from '@prebook/core/token'
