import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type { Logger }

/**
 * Logs to standard output, one JSON object per line. Callers pass nothing that contains a secret (no headers, no bodies).
 * The redaction is a second line of defence.
 */
export function createLogger(level: Config['LOG_LEVEL']): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [
      '*.password',
      '*.token',
      '*.authorization',
      '*.cookie',
      'password',
      'token',
      'authorization',
      'cookie',
    ],
  })
}
