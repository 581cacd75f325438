/** The texts of the pages for guests. The other languages have the type of this one, so that none lacks a text. */
export const en = {
  by: (author: string) => `by ${author}`,
  due: (when: string) => `Expected: ${when}`,
  seasons: { spring: 'spring', summer: 'summer', autumn: 'autumn', winter: 'winter' },
  shop: 'Go to the shop',
  viewBook: 'View book',
  confirm: {
    title: 'Confirm your pre-booking',
    mail: (email: string) => `We will e-mail ${email} when this book is back in stock.`,
    place: 'Your place in the queue counts from the moment you confirm. There is no obligation to buy.',
    button: 'Confirm pre-booking',
    notYou: 'If you did not ask for this, close this page. Nothing is stored.',
  },
  inStock: {
    title: 'This book is in stock',
    text: 'You do not need to pre-book it: you can buy it now. We made no pre-booking and stored nothing.',
  },
  withdrawn: {
    title: 'This book will not come back',
    text: 'It can no longer be pre-booked. We stored nothing.',
  },
  confirmed: {
    title: 'You are on the waitlist',
    place: (position: string) => `You are number ${position} in the queue.`,
    next: 'We will e-mail you when the book is in stock.',
    manage: 'Your pre-bookings',
    manageWhy:
      'There you can cancel, change the language or have everything erased. Our e-mails have the link too.',
  },
  notified: {
    title: 'This book came back',
    text: (day: string) => `You pre-booked it, and it came back in stock on ${day}.`,
  },
  cancelled: {
    title: 'This pre-booking is cancelled',
    byReader: 'You cancelled it. While the book is sold out, you can pre-book it again.',
    byShop: 'We cancelled it because the book will not come back.',
  },
  manage: {
    title: 'Your pre-bookings',
    intro: (email: string) => `For ${email}. Anyone who has the link to this page can change what is on it.`,
    none: 'You have no pre-bookings.',
    waiting: (position: string) => `Waiting: number ${position} in the queue`,
    notified: (day: string) => `Back in stock since ${day}`,
    cancelled: 'Cancelled',
    cancelledByShop: 'Cancelled, because the book will not come back',
    cancel: 'Cancel',
    cancelBook: (title: string) => `Cancel: ${title}`,
    cancelAsk: 'You lose your place in the queue. You cannot undo this.',
    cancelButton: 'Cancel pre-booking',
    older: 'Older pre-bookings',
    newest: 'Newest pre-bookings',
    language: 'Language',
    save: 'Save',
    mails: 'E-mails',
    mailsOn: 'We e-mail you about the books that you pre-booked.',
    mailsOff: 'You get no e-mails about the books that you pre-booked. Your pre-bookings stay active.',
    stopMails: 'Stop all e-mails',
    startMails: 'Turn e-mails on',
    password: 'Set a password',
    passwordWhy:
      'With a password you can sign in to the shop and see your pre-bookings there. We e-mail you a link to choose one. This page then stops working.',
    passwordButton: 'E-mail me the link',
    revoke: 'Links in e-mails',
    revokeWhy:
      'Did you forward an e-mail? You can make the links to this page in all e-mails so far stop working. The next e-mail has a new one.',
    revokeButton: 'Stop all links',
    erase: 'Erase everything',
    eraseWhy: 'We cancel your pre-bookings and erase your e-mail address.',
    eraseButton: 'Erase everything…',
  },
  done: {
    cancelled: 'The pre-booking is cancelled.',
    language: 'The language is saved.',
    mailsOff: 'You will get no more e-mails about the books that you pre-booked.',
    mailsOn: 'You will get e-mails about the books that you pre-booked.',
    password: 'We are e-mailing you a link to set a password. It works for 30 minutes.',
  },
  problem: {
    tooMany: 'Too many e-mails were requested. Nothing was changed. Try again in an hour.',
    noMail: 'The shop cannot send e-mails yet. Contact the shop.',
    invalid: 'Nothing was changed. Reload this page, then try again.',
  },
  eraseAsk: {
    title: 'Erase everything?',
    text: (email: string) =>
      `Your pre-bookings are cancelled, and ${email} is erased. You get no more e-mails. You cannot undo this.`,
    button: 'Erase for good',
    keep: 'Keep everything',
  },
  erased: {
    title: 'Everything is erased',
    text: 'Your pre-bookings are cancelled, and you get no more e-mails.',
  },
  revoked: {
    title: 'The links no longer work',
    text: 'Your pre-bookings stay active. The next e-mail about one of them has a new link.',
  },
  linkInvalid: {
    title: 'This link no longer works',
    confirm:
      'It is incomplete, has expired, or everything about it was erased. Nothing was changed. Pre-book the book again in the shop to get a new one.',
    manage:
      'It is incomplete, has expired or was stopped, or your account has a password or was erased. Nothing was changed.',
    signIn: 'Sign in',
  },
  deactivated: {
    title: 'This account is deactivated',
    text: 'You cannot make changes to it, and it gets no e-mails. If you think this is a mistake, contact the shop.',
  },
  tooMany: { title: 'Too many pre-bookings', text: 'Nothing was changed. Open the link again in an hour.' },
  busy: { title: 'The shop is busy', text: 'Nothing was changed. Open the link again in a minute.' },
}

/** See {@link en}. */
export type GuestTexts = typeof en
