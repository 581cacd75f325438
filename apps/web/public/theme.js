// Applies the saved theme before the first paint, so that the page does not flash in the other one. This is a separate
// file because the content security policy allows no inline script. The key is also in src/app/theme.ts.
try {
  const theme = localStorage.getItem('prebook-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Without storage, the system's preference applies.
}
