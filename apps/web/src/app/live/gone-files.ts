/**
 * A tab that was open while the shop was deployed anew may ask for files that are gone. The router loads the page again,
 * once, when it is the script of a page that is missing; that a style sheet is missing would keep it from finding out.
 */
export function outliveDeployments(): void {
  addEventListener('vite:preloadError', (event) => {
    if (event.payload.message.startsWith('Unable to preload CSS')) event.preventDefault()
  })
}
