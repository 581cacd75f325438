import { Button } from '../ui/button.tsx'
import { useTheme } from './theme.ts'

export function ThemeSwitch() {
  const [theme, setTheme] = useTheme()
  const other = theme === 'dark' ? 'light' : 'dark'
  return (
    <Button
      tone="quiet"
      className="icon-button"
      onClick={() => setTheme(other)}
      aria-label={`Switch to ${other} theme`}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {other === 'dark' ? (
          <path d="M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z" />
        ) : (
          <>
            <circle cx="12" cy="12" r="4" />
            <path d="M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400" />
          </>
        )}
      </svg>
    </Button>
  )
}
