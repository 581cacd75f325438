/** A number of people, in words: `1 reader`, `12 readers`. */
export function readers(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'reader' : 'readers'}`
}

/** A number of copies, in words. */
export function copies(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'copy' : 'copies'}`
}

/** A number of e-mails, in words. */
export function mails(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'e-mail' : 'e-mails'}`
}
