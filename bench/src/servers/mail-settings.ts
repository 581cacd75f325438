/** The settings of the API for a mail server at the URL. */
export function mailSettings(smtp: string): Record<string, string> {
  return {
    SMTP_URL: smtp,
    MAIL_FROM: 'shop@bench.example',
    SECRET: 'a secret for measuring, long enough',
    PUBLIC_URL: 'http://127.0.0.1',
  }
}
