import { useId, type ComponentProps, type ReactNode } from 'react'
import { classNames } from './class-names.ts'
import './field.css'

type FieldText = {
  label: string
  hint?: string | undefined
  /** Error message, shown at the field and read out with it. */
  error?: string | undefined
}

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & FieldText

/** A labelled input with a hint and an error. `name` is the name of the field in the form. */
export function Field({ label, hint, error, className, ...input }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error} className={className}>
      {(props) => <input {...input} {...props} />}
    </Labelled>
  )
}

/** A {@link Field} for several lines of text. */
export function MultilineField({
  label,
  hint,
  error,
  className,
  ...area
}: Omit<ComponentProps<'textarea'>, 'id'> & FieldText) {
  return (
    <Labelled label={label} hint={hint} error={error} className={className}>
      {(props) => <textarea {...area} {...props} />}
    </Labelled>
  )
}

/** A {@link Field} for a choice from a list. The children are its options. */
export function SelectField({
  label,
  hint,
  error,
  className,
  ...select
}: Omit<ComponentProps<'select'>, 'id'> & FieldText) {
  return (
    <Labelled label={label} hint={hint} error={error} className={className}>
      {(props) => <select {...select} {...props} />}
    </Labelled>
  )
}

function Labelled({
  label,
  hint,
  error,
  className,
  children,
}: FieldText & {
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
