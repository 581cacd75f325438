import type { Locale } from '@prebook/core'

/** The forms of a text that depend on a number, by the plural categories of its language (Unicode CLDR). */
type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Everything that a button says in one language. Parts in braces are replaced. */
export type Texts = {
  direction: 'ltr' | 'rtl'
  /** The tag for dates and numbers, where the language alone leaves a choice. */
  format: string
  inStock: string
  soldOut: string
  withdrawn: string
  /** `{count}` readers are waiting. */
  waiting: Plural
  /** More than `{count}` readers are waiting. */
  manyWaiting: string
  dueOnDay: string
  dueInMonth: string
  /** When a book is due in a season of `{year}`. A winter also has the `{next}` year. */
  dueInSeason: Record<'spring' | 'summer' | 'autumn' | 'winter', string>
  prebook: string
  /** The name of the button and the form for assistive technology: `{action}` for the book called `{title}`. */
  named: string
  email: string
  explanation: string
  send: string
  sending: string
  cancel: string
  /** After the form was sent to `{email}`. */
  sent: string
  /** After a signed-in reader pre-booked. */
  prebooked: string
  problems: Record<Problem, string>
}

/** What went wrong. Every other failure is `failed`. */
export type Problem =
  | 'email'
  | 'rate'
  | 'mail'
  | 'in-stock'
  | 'withdrawn'
  | 'duplicate'
  | 'deactivated'
  | 'failed'

export const texts: Record<Locale, Texts> = {
  en: {
    direction: 'ltr',
    format: 'en-GB',
    inStock: 'In stock',
    soldOut: 'Sold out',
    withdrawn: 'Sold out. This book will not come back.',
    waiting: { one: '{count} reader is waiting', other: '{count} readers are waiting' },
    manyWaiting: 'More than {count} readers are waiting',
    dueOnDay: 'Due on {date}',
    dueInMonth: 'Due in {date}',
    dueInSeason: {
      spring: 'Due in spring {year}',
      summer: 'Due in summer {year}',
      autumn: 'Due in autumn {year}',
      winter: 'Due in winter {year}/{next}',
    },
    prebook: 'Pre-book',
    named: '{action}: {title}',
    email: 'E-mail address',
    explanation: 'We send you one e-mail with a link. Your place in the queue counts once you confirm there.',
    send: 'Send me the link',
    sending: 'Sending…',
    cancel: 'Cancel',
    sent: 'Check your inbox: we have sent a link to {email}. Your place in the queue counts once you confirm there. The link works for seven days.',
    prebooked: 'You have pre-booked this book. We will write to you when it is in stock.',
    problems: {
      email: 'Enter a valid e-mail address, such as ada@example.org.',
      rate: 'Too many attempts. Try again later.',
      mail: 'The shop cannot send e-mails at the moment. Try again later.',
      'in-stock': 'This book is in stock. You can buy it now.',
      withdrawn: 'This book will not come back, so it cannot be pre-booked.',
      duplicate: 'You have already pre-booked this book.',
      deactivated: 'Your account is deactivated. Contact the shop.',
      failed: 'That did not work. Try again in a moment.',
    },
  },
  de: {
    direction: 'ltr',
    format: 'de',
    inStock: 'Lieferbar',
    soldOut: 'Vergriffen',
    withdrawn: 'Vergriffen. Dieses Buch kommt nicht wieder.',
    waiting: { one: '{count} Person wartet', other: '{count} Personen warten' },
    manyWaiting: 'Mehr als {count} Personen warten',
    dueOnDay: 'Erwartet am {date}',
    dueInMonth: 'Erwartet im {date}',
    dueInSeason: {
      spring: 'Erwartet im Frühjahr {year}',
      summer: 'Erwartet im Sommer {year}',
      autumn: 'Erwartet im Herbst {year}',
      winter: 'Erwartet im Winter {year}/{next}',
    },
    prebook: 'Vorbestellen',
    named: '{action}: {title}',
    email: 'E-Mail-Adresse',
    explanation:
      'Wir schicken dir eine E-Mail mit einem Link. Dein Platz in der Warteschlange zählt, sobald du dort bestätigst.',
    send: 'Link zusenden',
    sending: 'Wird gesendet …',
    cancel: 'Abbrechen',
    sent: 'Sieh in dein Postfach: Wir haben einen Link an {email} geschickt. Dein Platz in der Warteschlange zählt, sobald du dort bestätigst. Der Link gilt sieben Tage.',
    prebooked: 'Du hast dieses Buch vorbestellt. Wir schreiben dir, sobald es lieferbar ist.',
    problems: {
      email: 'Gib eine gültige E-Mail-Adresse ein, zum Beispiel ada@example.org.',
      rate: 'Zu viele Versuche. Versuche es später noch einmal.',
      mail: 'Die Buchhandlung kann gerade keine E-Mails senden. Versuche es später noch einmal.',
      'in-stock': 'Dieses Buch ist lieferbar. Du kannst es jetzt kaufen.',
      withdrawn: 'Dieses Buch kommt nicht wieder und kann nicht vorbestellt werden.',
      duplicate: 'Du hast dieses Buch schon vorbestellt.',
      deactivated: 'Dein Konto ist deaktiviert. Wende dich an die Buchhandlung.',
      failed: 'Das hat nicht geklappt. Versuche es gleich noch einmal.',
    },
  },
  fr: {
    direction: 'ltr',
    format: 'fr',
    inStock: 'En stock',
    soldOut: 'Épuisé',
    withdrawn: 'Épuisé. Ce livre ne sera pas réapprovisionné.',
    waiting: {
      one: '{count} personne attend',
      many: '{count} de personnes attendent',
      other: '{count} personnes attendent',
    },
    manyWaiting: 'Plus de {count} personnes attendent',
    dueOnDay: 'Attendu le {date}',
    dueInMonth: 'Attendu en {date}',
    dueInSeason: {
      spring: 'Attendu au printemps {year}',
      summer: 'Attendu à l’été {year}',
      autumn: 'Attendu à l’automne {year}',
      winter: 'Attendu à l’hiver {year}-{next}',
    },
    prebook: 'Précommander',
    named: '{action} : {title}',
    email: 'Adresse e-mail',
    explanation:
      'Nous vous envoyons un e-mail avec un lien. Votre place dans la file compte dès que vous y confirmez.',
    send: 'Recevoir le lien',
    sending: 'Envoi…',
    cancel: 'Annuler',
    sent: 'Consultez votre messagerie : nous avons envoyé un lien à {email}. Votre place dans la file compte dès que vous y confirmez. Le lien est valable sept jours.',
    prebooked: 'Vous avez précommandé ce livre. Nous vous écrirons dès qu’il sera en stock.',
    problems: {
      email: 'Saisissez une adresse e-mail valide, par exemple ada@example.org.',
      rate: 'Trop de tentatives. Réessayez plus tard.',
      mail: 'La librairie ne peut pas envoyer d’e-mails pour le moment. Réessayez plus tard.',
      'in-stock': 'Ce livre est en stock. Vous pouvez l’acheter maintenant.',
      withdrawn: 'Ce livre ne sera pas réapprovisionné et ne peut pas être précommandé.',
      duplicate: 'Vous avez déjà précommandé ce livre.',
      deactivated: 'Votre compte est désactivé. Contactez la librairie.',
      failed: 'Cela n’a pas fonctionné. Réessayez dans un instant.',
    },
  },
  es: {
    direction: 'ltr',
    format: 'es',
    inStock: 'Disponible',
    soldOut: 'Agotado',
    withdrawn: 'Agotado. Este libro no volverá.',
    waiting: {
      one: '{count} persona espera',
      many: '{count} de personas esperan',
      other: '{count} personas esperan',
    },
    manyWaiting: 'Más de {count} personas esperan',
    dueOnDay: 'Previsto para el {date}',
    dueInMonth: 'Previsto para {date}',
    dueInSeason: {
      spring: 'Previsto para la primavera de {year}',
      summer: 'Previsto para el verano de {year}',
      autumn: 'Previsto para el otoño de {year}',
      winter: 'Previsto para el invierno de {year}-{next}',
    },
    prebook: 'Reservar',
    named: '{action}: {title}',
    email: 'Correo electrónico',
    explanation: 'Te enviamos un correo con un enlace. Tu lugar en la cola cuenta desde que confirmas allí.',
    send: 'Enviarme el enlace',
    sending: 'Enviando…',
    cancel: 'Cancelar',
    sent: 'Revisa tu correo: hemos enviado un enlace a {email}. Tu lugar en la cola cuenta desde que confirmas allí. El enlace vale siete días.',
    prebooked: 'Has reservado este libro. Te escribiremos cuando esté disponible.',
    problems: {
      email: 'Escribe un correo electrónico válido, por ejemplo ada@example.org.',
      rate: 'Demasiados intentos. Vuelve a intentarlo más tarde.',
      mail: 'La librería no puede enviar correos en este momento. Vuelve a intentarlo más tarde.',
      'in-stock': 'Este libro está disponible. Puedes comprarlo ahora.',
      withdrawn: 'Este libro no volverá y no se puede reservar.',
      duplicate: 'Ya has reservado este libro.',
      deactivated: 'Tu cuenta está desactivada. Contacta con la librería.',
      failed: 'No ha funcionado. Vuelve a intentarlo en un momento.',
    },
  },
  ar: {
    direction: 'rtl',
    format: 'ar-u-nu-latn',
    inStock: 'متوفر',
    soldOut: 'نفد من المخزون',
    withdrawn: 'نفد من المخزون ولن يتوفر مجددًا.',
    waiting: {
      zero: 'لا ينتظره أحد',
      one: 'ينتظره قارئ واحد',
      two: 'ينتظره قارئان',
      few: 'ينتظره {count} قرّاء',
      many: 'ينتظره {count} قارئًا',
      other: 'ينتظره {count} قارئ',
    },
    manyWaiting: 'ينتظره أكثر من {count} قارئ',
    dueOnDay: 'يُتوقع وصوله في {date}',
    dueInMonth: 'يُتوقع وصوله في {date}',
    dueInSeason: {
      spring: 'يُتوقع وصوله في ربيع {year}',
      summer: 'يُتوقع وصوله في صيف {year}',
      autumn: 'يُتوقع وصوله في خريف {year}',
      winter: 'يُتوقع وصوله في شتاء {year}/{next}',
    },
    prebook: 'احجز مسبقًا',
    named: '{action}: {title}',
    email: 'البريد الإلكتروني',
    explanation: 'نرسل إليك رسالة واحدة فيها رابط. يُحتسب دورك في قائمة الانتظار عندما تؤكد الحجز من خلاله.',
    send: 'أرسل إليّ الرابط',
    sending: 'جارٍ الإرسال…',
    cancel: 'إلغاء',
    sent: 'تفقّد بريدك: أرسلنا رابطًا إلى {email}. يُحتسب دورك في قائمة الانتظار عندما تؤكد الحجز من خلاله. الرابط صالح سبعة أيام.',
    prebooked: 'حجزت هذا الكتاب مسبقًا. سنراسلك عندما يتوفر.',
    problems: {
      email: 'أدخل عنوان بريد إلكتروني صحيحًا، مثل ada@example.org.',
      rate: 'محاولات كثيرة جدًا. حاول لاحقًا.',
      mail: 'لا تستطيع المكتبة إرسال الرسائل الآن. حاول لاحقًا.',
      'in-stock': 'هذا الكتاب متوفر. يمكنك شراؤه الآن.',
      withdrawn: 'لن يتوفر هذا الكتاب مجددًا، فلا يمكن حجزه مسبقًا.',
      duplicate: 'سبق أن حجزت هذا الكتاب.',
      deactivated: 'حسابك معطّل. تواصل مع المكتبة.',
      failed: 'لم ينجح ذلك. حاول مجددًا بعد قليل.',
    },
  },
}

/** The language that is closest to a tag such as `de-AT` (BCP 47). English if there is none. */
export function localeOf(tag: string): Locale {
  const language = tag.toLowerCase().split('-', 1).join('')
  return Object.hasOwn(texts, language) ? (language as Locale) : 'en'
}

/** Replaces the parts in braces. */
export function fill(text: string, parts: Record<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole)
}
