/**
 * The styles of a button. A constructed style sheet is not subject to the content security policy of the page. `all: initial`
 * keeps out what the page sets on every element; the custom properties and the font come from the page on purpose.
 */
export const styles = `
:host {
  display: block;
  --ink: var(--prebook-color, #251d15);
  --soft: var(--prebook-muted-color, #63574a);
  --paper: var(--prebook-background, #fffdf8);
  --line: var(--prebook-border-color, #8f816d);
  --accent: var(--prebook-accent, #1f4d43);
  --on-accent: var(--prebook-on-accent, #fffaf0);
  --bad: var(--prebook-error-color, #a3201f);
  --focus: var(--prebook-focus-color, #1b5fae);
  --radius: var(--prebook-radius, 0.5rem);
}
@supports (color: light-dark(#000, #fff)) {
  :host {
    --ink: var(--prebook-color, light-dark(#251d15, #f1eadb));
    --soft: var(--prebook-muted-color, light-dark(#63574a, #b5b3a2));
    --paper: var(--prebook-background, light-dark(#fffdf8, #1c2623));
    --line: var(--prebook-border-color, light-dark(#8f816d, #7d8a80));
    --accent: var(--prebook-accent, light-dark(#1f4d43, #e9b44c));
    --on-accent: var(--prebook-on-accent, light-dark(#fffaf0, #231a06));
    --bad: var(--prebook-error-color, light-dark(#a3201f, #ff9c8f));
    --focus: var(--prebook-focus-color, light-dark(#1b5fae, #8cc4ff));
  }
}
:host(:not([state])) {
  display: none !important;
}
.box {
  all: initial;
  color-scheme: inherit;
  display: grid;
  gap: 0.75rem;
  box-sizing: border-box;
  padding: var(--prebook-padding, 1rem);
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font-family: inherit;
  font-size: inherit;
  line-height: 1.5;
  text-align: start;
  overflow-wrap: anywhere;
}
[hidden] {
  display: none !important;
}
.box * {
  box-sizing: border-box;
}
p {
  margin: 0;
}
.state {
  display: flex;
  flex-wrap: wrap;
  column-gap: 1rem;
  color: var(--soft);
}
.availability {
  color: var(--ink);
  font-weight: 600;
}
form {
  display: grid;
  gap: 0.75rem;
  margin: 0;
}
label {
  font-weight: 600;
}
input {
  display: block;
  inline-size: 100%;
  max-inline-size: 30rem;
  margin-block-start: 0.25rem;
  color: var(--ink);
  background: var(--paper);
  font-weight: 400;
}
input[aria-invalid='true'] {
  border-color: var(--bad);
}
input,
button {
  min-block-size: 2.75rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  font: inherit;
}
button {
  justify-self: start;
  padding-inline: 1.25rem;
  color: var(--ink);
  background: var(--paper);
  cursor: pointer;
}
.primary {
  border-color: var(--accent);
  color: var(--on-accent);
  background: var(--accent);
  font-weight: 600;
}
.actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem;
}
button[aria-disabled='true'] {
  cursor: progress;
  opacity: 0.7;
}
:focus-visible {
  outline: 3px solid var(--focus);
  outline-offset: 2px;
}
.message:focus {
  outline: none;
}
.problem:empty,
.message:empty {
  position: absolute;
}
.consent {
  color: var(--soft);
  font-size: 0.875em;
}
.problem {
  color: var(--bad);
  font-weight: 600;
}
.website {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
`
