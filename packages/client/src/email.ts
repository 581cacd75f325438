export { parseAccountEmail, parseEmail, type ParsedEmail } from '@prebook/core/email'
