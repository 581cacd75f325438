/** Where sending reports to the operator; pino's logger fits. No addresses and no links go in. */
export type MailLog = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
