/**
 * What the server takes, so that a form can say it before anything is sent. The server's own document says the same; a
 * browser test compares the two.
 */
export const limits = {
  email: { max: 254 },
  newPassword: { min: 8, max: 200 },
  search: { max: 200 },
} as const

/** The longest cursor that the server takes. */
export const CURSOR_MAX = 200
