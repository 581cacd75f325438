import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type { Logger }

/**
 * Logs one JSON object a line to standard output. Nothing that carries a secret is handed to it (no headers, no bodies);
 * the redaction is for whoever forgets that.
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
