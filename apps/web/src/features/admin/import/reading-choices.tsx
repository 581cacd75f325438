import { limits } from '@prebook/client/limits'
import { examplePrice } from '@prebook/client/price'
import { Field, SelectField } from '../../../ui/field.tsx'
import { priceRule } from '../book-rules.ts'

/** How a file is read, as it was typed. Empty text leaves it to the file. */
export type Reading = { encoding: string; price: string; author: string }

export const asTheFileSays: Reading = { encoding: '', price: '', author: '' }

/** Encodings that the detection can get wrong. Programs that still write them run where the languages are. */
const encodings: { label: string; name: string }[] = [
  { label: 'utf-8', name: 'Unicode (UTF-8)' },
  { label: 'utf-16le', name: 'Unicode (UTF-16)' },
  { label: 'windows-1252', name: 'Western European' },
  { label: 'iso-8859-15', name: 'Western European (ISO)' },
  { label: 'macintosh', name: 'Western European (Mac)' },
  { label: 'windows-1250', name: 'Central European' },
  { label: 'windows-1251', name: 'Cyrillic' },
  { label: 'windows-1253', name: 'Greek' },
  { label: 'windows-1254', name: 'Turkish' },
  { label: 'windows-1255', name: 'Hebrew' },
  { label: 'windows-1256', name: 'Arabic' },
  { label: 'shift_jis', name: 'Japanese (Shift JIS)' },
  { label: 'gb18030', name: 'Chinese (GB 18030)' },
  { label: 'big5', name: 'Chinese (Big5)' },
  { label: 'euc-kr', name: 'Korean' },
]

/** What is wrong with the typed price; null when nothing is. */
export function priceProblem({ price }: Reading, currency: string): string | null {
  return price.trim() === '' ? null : priceRule(currency)(price)
}

/** The encoding of the file, and what its rows get that have no price or author. */
export function ReadingChoices({
  reading,
  currency,
  busy,
  onChange,
}: {
  reading: Reading
  currency: string
  busy: boolean
  onChange: (change: Partial<Reading>) => void
}) {
  return (
    <fieldset className="import-columns" disabled={busy}>
      <legend>Reading</legend>
      <SelectField
        label="Encoding"
        hint="Choose it if letters look wrong."
        value={reading.encoding}
        onChange={({ target }) => onChange({ encoding: target.value })}
      >
        <option value="">Detected</option>
        {encodings.map(({ label, name }) => (
          <option key={label} value={label}>
            {name}
          </option>
        ))}
      </SelectField>
      <Field
        label={`Price of books without one (${currency})`}
        hint={`Such as ${examplePrice(currency)}.`}
        error={priceProblem(reading, currency) ?? undefined}
        inputMode="decimal"
        value={reading.price}
        onChange={({ target }) => onChange({ price: target.value })}
      />
      <Field
        label="Author of books without one"
        hint="Such as “Various”."
        maxLength={limits.author.max}
        value={reading.author}
        onChange={({ target }) => onChange({ author: target.value })}
      />
    </fieldset>
  )
}
