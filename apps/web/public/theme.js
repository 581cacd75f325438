// Runs before anything is painted, so that a remembered theme does not flash up as the other one. A file of its own,
// because the content security policy allows no script within the page. The key is the one of src/shell/theme.ts.
try {
  const theme = localStorage.getItem('prebook-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // No storage: the system's preference holds.
}
