import type { Locale } from '@prebook/core'

/** The texts of the mail that asks a guest to confirm a pre-booking. */
export type ConfirmWords = {
  subject: (title: string) => string
  heading: string
  by: (author: string) => string
  paragraphs: string[]
  action: string
  /** Why somebody gets the mail. */
  why: string
}

/** The texts in each language. */
export const confirmWords: Record<Locale, ConfirmWords> = {
  en: {
    subject: (title) => `Confirm your pre-booking of “${title}”`,
    heading: 'Confirm your pre-booking',
    by: (author) => `by ${author}`,
    paragraphs: [
      'Confirm that you want to pre-book this book, and we will e-mail you when it is in stock. Your place in the queue counts from your confirmation.',
      'The link is valid for 7 days.',
      'If it was not you, ignore this e-mail: nothing is stored until you confirm.',
    ],
    action: 'Confirm pre-booking',
    why: 'You are receiving this e-mail because this address was entered to pre-book a book.',
  },
  de: {
    subject: (title) => `Bestätige deine Vorbestellung von „${title}“`,
    heading: 'Vorbestellung bestätigen',
    by: (author) => `von ${author}`,
    paragraphs: [
      'Bestätige, dass du dieses Buch vorbestellen möchtest. Dann schreiben wir dir, sobald es wieder da ist. Dein Platz in der Warteschlange zählt ab deiner Bestätigung.',
      'Der Link gilt 7 Tage.',
      'Wenn du das nicht warst, ignoriere diese E-Mail: Bevor du bestätigst, wird nichts gespeichert.',
    ],
    action: 'Vorbestellung bestätigen',
    why: 'Du erhältst diese E-Mail, weil mit dieser Adresse ein Buch vorbestellt werden sollte.',
  },
  fr: {
    subject: (title) => `Confirmez votre précommande de « ${title} »`,
    heading: 'Confirmez votre précommande',
    by: (author) => `de ${author}`,
    paragraphs: [
      'Confirmez que vous souhaitez précommander ce livre, et nous vous écrirons dès qu’il sera de nouveau en stock. Votre place dans la file compte à partir de votre confirmation.',
      'Le lien est valable 7 jours.',
      'Si ce n’était pas vous, ignorez cet e-mail : rien n’est enregistré avant votre confirmation.',
    ],
    action: 'Confirmer la précommande',
    why: 'Vous recevez cet e-mail parce que cette adresse a été saisie pour précommander un livre.',
  },
  es: {
    subject: (title) => `Confirma tu reserva de «${title}»`,
    heading: 'Confirma tu reserva',
    by: (author) => `de ${author}`,
    paragraphs: [
      'Confirma que quieres reservar este libro y te escribiremos cuando vuelva a estar disponible. Tu lugar en la lista cuenta desde la confirmación.',
      'El enlace es válido durante 7 días.',
      'Si no fuiste tú, ignora este correo: no se guarda nada hasta que confirmes.',
    ],
    action: 'Confirmar la reserva',
    why: 'Recibes este correo porque se introdujo esta dirección para reservar un libro.',
  },
  ar: {
    subject: (title) => `أكّد حجزك المسبق لكتاب «${title}»`,
    heading: 'أكّد حجزك المسبق',
    by: (author) => `تأليف ${author}`,
    paragraphs: [
      'أكّد أنك تريد حجز هذا الكتاب مسبقًا، وسنراسلك عندما يتوفر من جديد. يُحتسب دورك في قائمة الانتظار من وقت التأكيد.',
      'الرابط صالح لمدة 7 أيام.',
      'إذا لم تكن أنت من طلب ذلك، فتجاهل هذه الرسالة: لا يُحفظ أي شيء قبل أن تؤكّد.',
    ],
    action: 'تأكيد الحجز المسبق',
    why: 'تصلك هذه الرسالة لأن هذا العنوان أُدخل لحجز كتاب مسبقًا.',
  },
}
