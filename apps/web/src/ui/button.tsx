import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import './button.css'

type Look = {
  /** `primary`: the main action of the page; `danger`: a destructive action. */
  tone?: 'primary' | 'plain' | 'danger' | 'quiet' | undefined
  size?: 'normal' | 'large' | undefined
}

export function buttonClass({ tone = 'plain', size = 'normal' }: Look, className?: string): string {
  return classNames('button', `button-${tone}`, size === 'large' && 'button-large', className)
}

/** A button. While `busy` it stays focusable and ignores clicks, so that a double click acts once. */
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
      // oxlint-disable-next-line react/button-has-type -- `button` by default
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
