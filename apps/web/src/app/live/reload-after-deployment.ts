/**
 * After a deployment, an open tab may request files that no longer exist. The router reloads the page once when a script
 * is missing. A missing style sheet would fail before that check, so this function ignores it.
 */
export function reloadAfterDeployment(): void {
  addEventListener('vite:preloadError', (event) => {
    if (event.payload.message.startsWith('Unable to preload CSS')) event.preventDefault()
  })
}
