import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import './button.css'

type Look = {
  /** `primary` is the one thing to do here; `danger` gives something up. */
  tone?: 'primary' | 'plain' | 'danger' | 'quiet' | undefined
  size?: 'usual' | 'large' | undefined
}

export function buttonClass({ tone = 'plain', size = 'usual' }: Look, more?: string): string {
  return classNames('button', `button-${tone}`, size === 'large' && 'button-large', more)
}

/** A button. While `busy` it stays focusable, says so, and takes no clicks: a double click does a thing once. */
export function Button({
  tone,
  size,
  busy = false,
  className,
  type = 'button',
  onClick,
  children,
  ...rest
}: ComponentProps<'button'> & Look & { busy?: boolean | undefined }) {
  return (
    <button
      {...rest}
      // oxlint-disable-next-line react/button-has-type -- one of the three, and `button` unless named
      type={type}
      className={buttonClass({ tone, size }, className)}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {busy && <span className="button-spinner" aria-hidden="true" />}
      {children}
    </button>
  )
}
