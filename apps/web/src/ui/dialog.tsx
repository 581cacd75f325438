import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import './dialog.css'

type DialogProps = {
  open: boolean
  title: string
  /** Called on Escape and on a click outside the dialog. */
  onClose: () => void
  children: ReactNode
  /** Ignores clicks outside the dialog, so that what it shows is not lost by accident. */
  staysOnOutsideClick?: boolean | undefined
  /** Buttons; the main or destructive action comes last. */
  actions: ReactNode
}

/** A modal dialog. The browser traps the focus and restores it on close. */
export function Dialog({
  open,
  title,
  onClose,
  staysOnOutsideClick = false,
  children,
  actions,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (open && dialog?.open === false) dialog.showModal()
    if (!open && dialog?.open === true) dialog.close()
  }, [open])
  useLayoutEffect(() => {
    const dialog = ref.current
    // The browser restores the focus only if the dialog closes before it is removed.
    return () => dialog?.close()
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Escape is the key
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={id}
      // Close through state: the browser fires `close` later, when the dialog may already be open again.
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={() => {
        if (ref.current?.open === false) onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current && !staysOnOutsideClick) onClose()
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
