/** Formats a number of readers: `1 reader`, `12 readers`. */
export function readers(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'reader' : 'readers'}`
}

/** Formats a number of copies: `1 copy`, `12 copies`. */
export function copies(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'copy' : 'copies'}`
}

/** Formats a number of e-mails: `1 e-mail`, `12 e-mails`. */
export function mails(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'e-mail' : 'e-mails'}`
}

/** Formats a number of tokens: `1 token`, `12 tokens`. */
export function tokens(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'token' : 'tokens'}`
}
