import type SMTPConnection from 'nodemailer/lib/smtp-connection'

/**
 * How the connection to a mail server elsewhere is protected.
 *
 * `require`: encrypted, with a verified certificate, or no mail. `opportunistic`: encrypted if the server offers it, with any
 * certificate; with a password, encrypted or no mail. `off`: never encrypted.
 */
export const SMTP_TLS_MODES = ['require', 'opportunistic', 'off'] as const
export type SmtpTlsMode = (typeof SMTP_TLS_MODES)[number]

/** Where the mail server is and how to connect to it. */
export type SmtpServerSettings = {
  /** `smtp://` or `smtps://`, with user and password if the server requires them. */
  url: string
  /** Without it, `require` if the server is elsewhere and there is a reason: a password, `smtps://` or `ca`. */
  tls?: SmtpTlsMode | undefined
  /** The certificates of the authorities to trust instead of the public ones, PEM. */
  ca?: string | undefined
}

type TlsOptions = Pick<
  SMTPConnection.Options,
  'secure' | 'requireTLS' | 'ignoreTLS' | 'opportunisticTLS' | 'tls'
>

/**
 * The options of nodemailer for a server. Towards the loopback interface the certificate is not verified: nothing there
 * could intercept the connection, and a certificate for `localhost` is rarely signed by an authority.
 */
export function tlsOptions({ url, tls, ca }: SmtpServerSettings): TlsOptions {
  const { protocol, hostname, username } = new URL(url)
  const secure = protocol === 'smtps:'
  const elsewhere = !/^(?:localhost|127\.[\d.]+|\[::1\])$/i.test(hostname)
  const guarded = elsewhere && (secure || username !== '' || ca !== undefined)
  const mode = tls ?? (guarded ? 'require' : 'opportunistic')
  return {
    secure,
    requireTLS: !secure && (mode === 'require' || (mode === 'opportunistic' && elsewhere && username !== '')),
    ignoreTLS: mode === 'off',
    opportunisticTLS: mode === 'opportunistic',
    tls: { rejectUnauthorized: elsewhere && mode === 'require', ...(ca !== undefined && { ca }) },
  }
}

/** Which setting to change after nodemailer's error; null if the error is not about TLS. */
export function tlsAdvice(error: unknown): string | null {
  const { code, originalCode, command, response, message } = error as Record<string, unknown>
  const about = [code, originalCode, message].join(' ')
  if (command === 'STARTTLS' || about.includes('required STARTTLS'))
    return 'The server does not offer STARTTLS. Use smtps:// in SMTP_URL, or set SMTP_TLS=off to send unencrypted.'
  // The server quotes anything in its replies.
  if (typeof response === 'string')
    return /^530.*TLS/s.test(response) ? 'The server requires encryption. Set SMTP_TLS=require.' : null
  if (about.includes('ERR_TLS_CERT_ALTNAME_INVALID'))
    return 'Use the name in the certificate in SMTP_URL, or set SMTP_TLS=opportunistic to accept any certificate.'
  if (/CERT_|_CERT|LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE/.test(about))
    return 'Set SMTP_CA_FILE to the certificate of its authority, or SMTP_TLS=opportunistic to accept any certificate.'
  if (/TLS|SSL|EPROTO\b/.test(about))
    return 'TLS failed. Check whether SMTP_URL needs smtp:// or smtps://, or set SMTP_TLS=off to send unencrypted.'
  return null
}
