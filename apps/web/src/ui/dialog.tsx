import { useEffect, useId, useRef, type ReactNode } from 'react'
import './dialog.css'

type DialogProps = {
  open: boolean
  title: string
  /** Escape, a click beside the dialog: whoever opens it decides what that means. */
  onClose: () => void
  children: ReactNode
  /** Buttons; the one that gives something up comes last. */
  actions: ReactNode
}

/** A modal dialog: the browser keeps the focus in it, and gives it back to where it was. */
export function Dialog({ open, title, onClose, children, actions }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (open && dialog?.open === false) dialog.showModal()
    if (!open && dialog?.open === true) dialog.close()
  }, [open])
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Escape is the key
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={id}
      // Not by the browser alone: it tells of a close only later, when the dialog may have been asked for again.
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={() => {
        if (ref.current?.open === false) onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      {open && (
        <div className="dialog-sheet">
          <h2 id={id}>{title}</h2>
          <div>{children}</div>
          <div className="dialog-actions">{actions}</div>
        </div>
      )}
    </dialog>
  )
}
