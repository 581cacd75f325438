import { useRef, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { classNames } from '../../../ui/class-names.ts'

/** A field for a file, which can also be dropped on it. */
export function FileDrop({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setIsOver] = useState(false)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button does the same with a key
    <div
      role="group"
      aria-label="File"
      className={classNames('import-drop', isOver && 'import-drop-over')}
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setIsOver(false)
        const file = event.dataTransfer.files[0]
        if (file !== undefined && !busy) onFile(file)
      }}
    >
      <p>Drop a file with books here: CSV, text with tabs, or an Excel workbook (XLSX).</p>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="File with books"
        accept=".csv,.tsv,.txt,.xlsx,text/csv,text/plain"
        onChange={({ target }) => {
          const file = target.files?.[0]
          // The same file can then be chosen again after it was corrected.
          target.value = ''
          if (file !== undefined) onFile(file)
        }}
      />
      <Button busy={busy} onClick={() => input.current?.click()}>
        Choose a file
      </Button>
    </div>
  )
}
