import type { Locale } from './schemas/guests.ts'

/**
 * What a guest agrees to by confirming a pre-booking. The version is stored with it, so a change of the texts needs a new one:
 * the day of the change.
 */
export const consent: { version: string; texts: Record<Locale, string> } = {
  version: '2026-11-30',
  texts: {
    en: 'The shop stores your e-mail address to keep your place and to write to you about this book. You can cancel, and have everything erased, at any time.',
    de: 'Die Buchhandlung speichert deine E-Mail-Adresse, um deinen Platz zu halten und dir zu diesem Buch zu schreiben. Du kannst jederzeit stornieren und alles löschen lassen.',
    fr: 'La librairie conserve votre adresse e-mail pour garder votre place et vous écrire au sujet de ce livre. Vous pouvez annuler et faire tout effacer à tout moment.',
    es: 'La librería guarda tu correo electrónico para conservar tu lugar y escribirte sobre este libro. Puedes cancelar y hacer que se borre todo en cualquier momento.',
    ar: 'تحتفظ المكتبة بعنوان بريدك الإلكتروني لتحفظ دورك وتراسلك بشأن هذا الكتاب. يمكنك الإلغاء وطلب محو كل بياناتك في أي وقت.',
  },
}
