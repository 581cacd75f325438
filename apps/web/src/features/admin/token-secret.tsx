import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** The dialog that shows the text of a new token, once. A click outside does not close it. */
export function TokenSecretDialog(props: {
  title: string
  token: string
  onClose: () => void
  /** What else to say about it. */
  children?: ReactNode
}) {
  return (
    <Dialog
      open
      onClose={props.onClose}
      staysOnOutsideClick
      title={props.title}
      actions={<Button onClick={props.onClose}>Done</Button>}
    >
      <TokenSecret token={props.token} />
      {props.children}
    </Dialog>
  )
}

/** The text of a new token, with a button that copies it. The button takes the focus. */
function TokenSecret({ token }: { token: string }) {
  const button = useRef<HTMLButtonElement>(null)
  const text = useRef<HTMLElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)
  useEffect(() => button.current?.focus(), [])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(token)
      setOutcome('copied')
    } catch {
      // Without HTTPS, or without the permission, there is no clipboard.
      if (text.current !== null) getSelection()?.selectAllChildren(text.current)
      setOutcome('refused')
    }
  }
  return (
    <div className="token-secret">
      <p>
        <strong>Copy it now: it is not shown again.</strong> Keep it as safe as a password. The other system
        sends it as <code>Authorization: Bearer …</code>
      </p>
      <code ref={text} className="token-secret-text">
        {token}
      </code>
      <div className="token-secret-copy">
        <Button ref={button} tone="primary" onClick={() => void copy()}>
          Copy token
        </Button>
        <span role="status">
          {outcome === 'copied' && 'Copied.'}
          {outcome === 'refused' && 'The token is selected: copy it with your keyboard.'}
        </span>
      </div>
    </div>
  )
}
