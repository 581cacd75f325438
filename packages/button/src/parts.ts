/** The parts of a button that change. */
export type Parts = ReturnType<typeof createParts>

/** Creates what a button consists of, without texts. Nothing here is parsed from text, so no policy can forbid it. */
export function createParts() {
  const availability = create('span', { part: 'availability', class: 'availability' })
  const waiting = create('span', { part: 'waiting' })
  const due = create('span', { part: 'due' })
  const state = create('p', { part: 'state', class: 'state' }, availability, waiting, due)

  const open = create('button', { type: 'button', part: 'button', class: 'primary' })

  const email = create('input', {
    id: 'email',
    part: 'input',
    type: 'email',
    name: 'email',
    autocomplete: 'email',
    required: '',
    maxlength: '254',
    'aria-describedby': 'problem explanation',
  })
  const emailLabel = create('span')
  const label = create('label', { part: 'label' }, emailLabel, email)
  const problem = create('p', { id: 'problem', part: 'error', class: 'problem', role: 'alert' })
  const explanation = create('p', { id: 'explanation', part: 'explanation' })
  // People neither see it nor reach it. Programs that fill in every field do.
  const website = create('input', { name: 'website', tabindex: '-1', autocomplete: 'off' })
  const trap = create('div', { class: 'website', 'aria-hidden': 'true' }, website)
  const submit = create('button', { type: 'submit', part: 'button submit', class: 'primary' })
  const cancel = create('button', { type: 'button', part: 'cancel' })
  const actions = create('div', { class: 'actions' }, submit, cancel)
  const consent = create('p', { part: 'consent', class: 'consent' })
  const form = create(
    'form',
    { part: 'form', novalidate: '' },
    label,
    problem,
    explanation,
    consent,
    trap,
    actions,
  )

  // It is there from the beginning, since screen readers announce only changes of it.
  const message = create('p', { part: 'message', class: 'message', role: 'status', tabindex: '-1' })
  const box = create('div', { part: 'box', class: 'box' }, state, open, form, message)
  return {
    box,
    availability,
    waiting,
    due,
    open,
    form,
    emailLabel,
    email,
    website,
    problem,
    explanation,
    submit,
    cancel,
    consent,
    message,
  }
}

function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: HTMLElement[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value)
  element.append(...children)
  return element
}
