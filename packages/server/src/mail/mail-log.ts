/** The operator's log, compatible with pino. Addresses and links are never logged. */
export type MailLog = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
