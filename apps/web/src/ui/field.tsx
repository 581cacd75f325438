import { useId, type ComponentProps, type ReactNode } from 'react'
import { classNames } from './class-names.ts'
import './field.css'

type Notes = {
  label: string
  hint?: string | undefined
  /** What is wrong, beside the field; screen readers hear it with the field. */
  error?: string | undefined
}

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & Notes

/** A labelled input with its hint and its error. `name` is the field's name in the form. */
export function Field({ label, hint, error, className, ...input }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error} className={className}>
      {(props) => <input {...input} {...props} />}
    </Labelled>
  )
}

/** As {@link Field}, for text of several lines. */
export function MultilineField({
  label,
  hint,
  error,
  className,
  ...area
}: Omit<ComponentProps<'textarea'>, 'id'> & Notes) {
  return (
    <Labelled label={label} hint={hint} error={error} className={className}>
      {(props) => <textarea {...area} {...props} />}
    </Labelled>
  )
}

function Labelled({
  label,
  hint,
  error,
  className,
  children,
}: Notes & {
  className: string | undefined
  children: (input: {
    id: string
    className: string
    'aria-invalid': true | undefined
    'aria-describedby': string | undefined
  }) => ReactNode
}) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={classNames('field', className)}>
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      {children({
        id,
        className: 'field-input',
        'aria-invalid': error === undefined ? undefined : true,
        'aria-describedby': described || undefined,
      })}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  )
}
