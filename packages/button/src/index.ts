import { PrebookButton } from './element.ts'

export type { PrebookButton }

declare global {
  interface HTMLElementTagNameMap {
    'prebook-button': PrebookButton
  }
}

// A second copy of the script on a page does nothing.
if ('customElements' in globalThis && customElements.get('prebook-button') === undefined) {
  customElements.define('prebook-button', PrebookButton)
}
