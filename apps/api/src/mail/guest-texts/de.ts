import type { GuestTexts } from './en.ts'

export const de: GuestTexts = {
  by: (author) => `von ${author}`,
  due: (when) => `Erwartet: ${when}`,
  seasons: { spring: 'Frühling', summer: 'Sommer', autumn: 'Herbst', winter: 'Winter' },
  shop: 'Zur Buchhandlung',
  viewBook: 'Buch ansehen',
  confirm: {
    title: 'Vorbestellung bestätigen',
    mail: (email) => `Wir schreiben an ${email}, sobald dieses Buch wieder da ist.`,
    place: 'Dein Platz in der Warteschlange zählt ab der Bestätigung. Du musst das Buch nicht kaufen.',
    button: 'Vorbestellung bestätigen',
    notYou: 'Wenn du das nicht angefordert hast, schließe diese Seite. Es wird nichts gespeichert.',
  },
  inStock: {
    title: 'Dieses Buch ist vorrätig',
    text: 'Du musst es nicht vorbestellen: Du kannst es jetzt kaufen. Wir haben nichts vorbestellt und nichts gespeichert.',
  },
  withdrawn: {
    title: 'Dieses Buch kommt nicht wieder',
    text: 'Es kann nicht mehr vorbestellt werden. Wir haben nichts gespeichert.',
  },
  confirmed: {
    title: 'Du stehst auf der Warteliste',
    place: (position) => `Du bist Nummer ${position} in der Warteschlange.`,
    next: 'Wir schreiben dir, sobald das Buch vorrätig ist.',
    manage: 'Deine Vorbestellungen',
    manageWhy:
      'Dort kannst du stornieren, die Sprache ändern oder alles löschen lassen. Der Link steht auch in unseren E-Mails.',
  },
  notified: {
    title: 'Dieses Buch ist wieder da',
    text: (day) => `Du hattest es vorbestellt, und am ${day} ist es wieder eingetroffen.`,
  },
  cancelled: {
    title: 'Diese Vorbestellung ist storniert',
    byReader: 'Du hast sie storniert. Solange das Buch ausverkauft ist, kannst du es wieder vorbestellen.',
    byShop: 'Wir haben sie storniert, weil das Buch nicht wiederkommt.',
  },
  manage: {
    title: 'Deine Vorbestellungen',
    intro: (email) => `Für ${email}. Wer den Link zu dieser Seite hat, kann alles darauf ändern.`,
    none: 'Du hast keine Vorbestellungen.',
    waiting: (position) => `Wartet: Nummer ${position} in der Warteschlange`,
    notified: (day) => `Wieder vorrätig seit dem ${day}`,
    cancelled: 'Storniert',
    cancelledByShop: 'Storniert, weil das Buch nicht wiederkommt',
    cancel: 'Stornieren',
    cancelBook: (title) => `Stornieren: ${title}`,
    cancelAsk: 'Du verlierst deinen Platz in der Warteschlange. Das lässt sich nicht rückgängig machen.',
    cancelButton: 'Vorbestellung stornieren',
    older: 'Ältere Vorbestellungen',
    newest: 'Neueste Vorbestellungen',
    language: 'Sprache',
    save: 'Speichern',
    mails: 'E-Mails',
    mailsOn: 'Wir schreiben dir zu den Büchern, die du vorbestellt hast.',
    mailsOff:
      'Du bekommst keine E-Mails zu den Büchern, die du vorbestellt hast. Deine Vorbestellungen bleiben bestehen.',
    stopMails: 'Keine E-Mails mehr',
    startMails: 'E-Mails wieder einschalten',
    password: 'Passwort festlegen',
    passwordWhy:
      'Mit einem Passwort kannst du dich in der Buchhandlung anmelden und siehst deine Vorbestellungen dort. Wir schicken dir einen Link, um eines zu wählen. Danach funktioniert diese Seite nicht mehr.',
    passwordButton: 'Link per E-Mail schicken',
    revoke: 'Links in E-Mails',
    revokeWhy:
      'Hast du eine E-Mail weitergeleitet? Du kannst die Links zu dieser Seite in allen bisherigen E-Mails ungültig machen. Die nächste E-Mail enthält einen neuen.',
    revokeButton: 'Alle Links ungültig machen',
    erase: 'Alles löschen',
    eraseWhy: 'Wir stornieren deine Vorbestellungen und löschen deine E-Mail-Adresse.',
    eraseButton: 'Alles löschen …',
  },
  done: {
    cancelled: 'Die Vorbestellung ist storniert.',
    language: 'Die Sprache ist gespeichert.',
    mailsOff: 'Du bekommst keine E-Mails mehr zu den Büchern, die du vorbestellt hast.',
    mailsOn: 'Du bekommst E-Mails zu den Büchern, die du vorbestellt hast.',
    password: 'Wir schicken dir einen Link, um ein Passwort festzulegen. Er gilt 30 Minuten.',
  },
  problem: {
    tooMany:
      'Es wurden zu viele E-Mails angefordert. Nichts wurde geändert. Versuche es in einer Stunde wieder.',
    noMail: 'Die Buchhandlung kann noch keine E-Mails senden. Wende dich an die Buchhandlung.',
    invalid: 'Nichts wurde geändert. Lade diese Seite neu und versuche es noch einmal.',
  },
  eraseAsk: {
    title: 'Alles löschen?',
    text: (email) =>
      `Deine Vorbestellungen werden storniert, und ${email} wird gelöscht. Du bekommst keine E-Mails mehr. Das lässt sich nicht rückgängig machen.`,
    button: 'Endgültig löschen',
    keep: 'Alles behalten',
  },
  erased: {
    title: 'Alles ist gelöscht',
    text: 'Deine Vorbestellungen sind storniert, und du bekommst keine E-Mails mehr.',
  },
  revoked: {
    title: 'Die Links funktionieren nicht mehr',
    text: 'Deine Vorbestellungen bleiben bestehen. Die nächste E-Mail zu einer davon enthält einen neuen Link.',
  },
  linkInvalid: {
    title: 'Dieser Link funktioniert nicht mehr',
    confirm:
      'Er ist unvollständig oder abgelaufen, oder alles dazu wurde gelöscht. Nichts wurde geändert. Bestelle das Buch in der Buchhandlung noch einmal vor, um einen neuen zu bekommen.',
    manage:
      'Er ist unvollständig, abgelaufen oder ungültig gemacht worden, oder dein Konto hat ein Passwort oder wurde gelöscht. Nichts wurde geändert.',
    signIn: 'Anmelden',
  },
  deactivated: {
    title: 'Dieses Konto ist deaktiviert',
    text: 'Du kannst nichts daran ändern, und es bekommt keine E-Mails. Wenn das ein Irrtum ist, wende dich an die Buchhandlung.',
  },
  tooMany: {
    title: 'Zu viele Vorbestellungen',
    text: 'Nichts wurde geändert. Öffne den Link in einer Stunde wieder.',
  },
  busy: {
    title: 'Gerade ist viel los',
    text: 'Nichts wurde geändert. Öffne den Link in einer Minute wieder.',
  },
}
