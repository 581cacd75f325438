import { useEffect, type RefObject } from 'react'
import { Button } from '../../../ui/button.tsx'

/**
 * The field that a scanner types into. It is not controlled by React: its text is read and cleared within the event of the Enter
 * key, so the next code starts in an empty field however fast it comes.
 */
export function ScanField({
  field,
  onEnter,
}: {
  field: RefObject<HTMLInputElement | null>
  onEnter: (text: string) => void
}) {
  useEffect(() => {
    field.current?.focus()
    // A scanner types wherever the focus is. Its digits bring the focus back before its Enter can press a button.
    const onKey = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (!/^\d$/.test(key) || ctrlKey || metaKey || altKey || isEditable(target)) return
      field.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [field])

  return (
    <form
      className="scan-form"
      onSubmit={(event) => {
        event.preventDefault()
        const input = event.currentTarget.elements.namedItem('code')
        if (!(input instanceof HTMLInputElement)) return
        const { value } = input
        input.value = ''
        input.focus()
        onEnter(value)
      }}
    >
      <label htmlFor="scan-code" className="field-label">
        Barcode or ISBN
      </label>
      <div className="scan-entry">
        <input
          ref={field}
          id="scan-code"
          name="code"
          className="field-input"
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="done"
          aria-describedby="scan-hint"
          onPaste={(event) => {
            const codes = event.clipboardData.getData('text').split(/[\r\n]+/)
            if (codes.length < 2) return
            event.preventDefault()
            for (const code of codes) onEnter(code)
          }}
        />
        <Button type="submit">Add</Button>
      </div>
      <p id="scan-hint" className="field-hint">
        Scan each copy. You can also type an ISBN, or paste a list with one code on each line.
      </p>
    </form>
  )
}

/** Whether keys typed into an element are its text. */
function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}
