import { useId } from 'react'
import './switch.css'

/** An on/off switch that takes effect immediately. */
export function Switch({
  label,
  hint,
  on,
  busy = false,
  onChange,
}: {
  label: string
  hint?: string | undefined
  on: boolean
  busy?: boolean | undefined
  onChange: (on: boolean) => void
}) {
  const id = useId()
  return (
    <div className="switch">
      <button
        type="button"
        role="switch"
        aria-checked={on}
        aria-disabled={busy || undefined}
        aria-labelledby={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="switch-button"
        onClick={() => {
          if (!busy) onChange(!on)
        }}
      />
      <div>
        <p id={id} className="switch-label">
          {label}
        </p>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="switch-hint">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
