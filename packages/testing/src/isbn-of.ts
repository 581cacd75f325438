/** A valid ISBN-13 for tests, unique to each number. */
export function isbnOf(number: number): string {
  const stem = `978${String(number).padStart(9, '0')}`
  const sum = Array.from(stem, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return stem + String((10 - (sum.reduce((a, b) => a + b, 0) % 10)) % 10)
}
