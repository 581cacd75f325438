/** A valid ISBN-13 made from a number. */
export function isbn13(number: number): string {
  const digits = `979${String(100_000_000 + number)}`
  const sum = digits
    .split('')
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
