import { limits } from '@prebook/client/limits'
import { useState } from 'react'
import { wholeNumberOf } from '../book-rules.ts'

/** The copies of a line, to correct by hand. A barcode that is scanned into it counts as a beep. */
export function CopiesField({
  name,
  copies,
  onCount,
  onScan,
}: {
  name: string
  copies: number
  onCount: (copies: number) => void
  onScan: (text: string) => void
}) {
  const [isWrong, setIsWrong] = useState(false)
  const take = (input: HTMLInputElement) => {
    const text = input.value
    const typed = wholeNumberOf(text)
    if (typed !== null && typed >= 0 && typed <= limits.stock.max) {
      setIsWrong(false)
      onCount(typed)
      return
    }
    const isBarcode = text.trim().length >= 8
    setIsWrong(!isBarcode)
    if (!isBarcode) return
    input.value = String(copies)
    onScan(text)
  }
  return (
    <input
      // Another count, such as of a beep meanwhile, replaces what is in the field.
      key={copies}
      className="field-input scan-copies"
      aria-label={`Copies of ${name}`}
      aria-invalid={isWrong || undefined}
      title={isWrong ? 'Must be a whole number, 0 or more.' : undefined}
      inputMode="numeric"
      autoComplete="off"
      defaultValue={copies}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={({ currentTarget }) => take(currentTarget)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Enter') take(currentTarget)
      }}
    />
  )
}
