import type { GuestTexts } from './en.ts'

export const fr: GuestTexts = {
  by: (author) => `de ${author}`,
  due: (when) => `Attendu : ${when}`,
  seasons: { spring: 'printemps', summer: 'été', autumn: 'automne', winter: 'hiver' },
  shop: 'Aller à la librairie',
  viewBook: 'Voir le livre',
  confirm: {
    title: 'Confirmez votre réservation',
    mail: (email) => `Nous écrirons à ${email} dès que ce livre sera de retour.`,
    place:
      'Votre place dans la file compte à partir de la confirmation. Vous n’êtes pas obligé d’acheter le livre.',
    button: 'Confirmer la réservation',
    notYou: 'Si vous n’avez rien demandé, fermez cette page. Rien n’est enregistré.',
  },
  inStock: {
    title: 'Ce livre est en stock',
    text: 'Vous n’avez pas besoin de le réserver : vous pouvez l’acheter maintenant. Nous n’avons rien réservé ni enregistré.',
  },
  withdrawn: {
    title: 'Ce livre ne reviendra pas',
    text: 'Il ne peut plus être réservé. Nous n’avons rien enregistré.',
  },
  confirmed: {
    title: 'Vous êtes sur la liste d’attente',
    place: (position) => `Vous êtes au numéro ${position} de la file.`,
    next: 'Nous vous écrirons dès que le livre sera en stock.',
    manage: 'Vos réservations',
    manageWhy:
      'Vous pouvez y annuler, changer de langue ou faire tout effacer. Le lien est aussi dans nos e-mails.',
  },
  notified: {
    title: 'Ce livre est revenu',
    text: (day) => `Vous l’aviez réservé, et il est revenu en stock le ${day}.`,
  },
  cancelled: {
    title: 'Cette réservation est annulée',
    byReader: 'Vous l’avez annulée. Tant que le livre est épuisé, vous pouvez le réserver à nouveau.',
    byShop: 'Nous l’avons annulée parce que le livre ne reviendra pas.',
  },
  manage: {
    title: 'Vos réservations',
    intro: (email) => `Pour ${email}. Toute personne qui a le lien de cette page peut la modifier.`,
    none: 'Vous n’avez aucune réservation.',
    waiting: (position) => `En attente : numéro ${position} de la file`,
    notified: (day) => `De retour en stock depuis le ${day}`,
    cancelled: 'Annulée',
    cancelledByShop: 'Annulée, parce que le livre ne reviendra pas',
    cancel: 'Annuler',
    cancelBook: (title) => `Annuler : ${title}`,
    cancelAsk: 'Vous perdez votre place dans la file. C’est irréversible.',
    cancelButton: 'Annuler la réservation',
    older: 'Réservations plus anciennes',
    newest: 'Réservations les plus récentes',
    language: 'Langue',
    save: 'Enregistrer',
    mails: 'E-mails',
    mailsOn: 'Nous vous écrivons au sujet des livres que vous avez réservés.',
    mailsOff:
      'Vous ne recevez pas d’e-mails au sujet des livres que vous avez réservés. Vos réservations restent actives.',
    stopMails: 'Arrêter tous les e-mails',
    startMails: 'Réactiver les e-mails',
    password: 'Choisir un mot de passe',
    passwordWhy:
      'Avec un mot de passe, vous pouvez vous connecter à la librairie et y voir vos réservations. Nous vous envoyons un lien pour en choisir un. Cette page cesse ensuite de fonctionner.',
    passwordButton: 'M’envoyer le lien',
    revoke: 'Liens dans les e-mails',
    revokeWhy:
      'Vous avez transféré un e-mail ? Vous pouvez désactiver les liens vers cette page de tous les e-mails reçus jusqu’ici. Le prochain e-mail en contient un nouveau.',
    revokeButton: 'Désactiver tous les liens',
    erase: 'Tout effacer',
    eraseWhy: 'Nous annulons vos réservations et effaçons votre adresse e-mail.',
    eraseButton: 'Tout effacer…',
  },
  done: {
    cancelled: 'La réservation est annulée.',
    language: 'La langue est enregistrée.',
    mailsOff: 'Vous ne recevrez plus d’e-mails au sujet des livres que vous avez réservés.',
    mailsOn: 'Vous recevrez des e-mails au sujet des livres que vous avez réservés.',
    password: 'Nous vous envoyons un lien pour choisir un mot de passe. Il est valable 30 minutes.',
  },
  problem: {
    tooMany: 'Trop d’e-mails ont été demandés. Rien n’a été modifié. Réessayez dans une heure.',
    noMail: 'La librairie ne peut pas encore envoyer d’e-mails. Contactez-la.',
    invalid: 'Rien n’a été modifié. Rechargez cette page, puis réessayez.',
  },
  eraseAsk: {
    title: 'Tout effacer ?',
    text: (email) =>
      `Vos réservations sont annulées et ${email} est effacée. Vous ne recevez plus d’e-mails. C’est irréversible.`,
    button: 'Effacer définitivement',
    keep: 'Tout garder',
  },
  erased: {
    title: 'Tout est effacé',
    text: 'Vos réservations sont annulées et vous ne recevrez plus d’e-mails.',
  },
  revoked: {
    title: 'Les liens ne fonctionnent plus',
    text: 'Vos réservations restent actives. Le prochain e-mail au sujet de l’une d’elles contient un nouveau lien.',
  },
  linkInvalid: {
    title: 'Ce lien ne fonctionne plus',
    confirm:
      'Il est incomplet ou a expiré, ou tout ce qui le concerne a été effacé. Rien n’a été modifié. Réservez à nouveau le livre à la librairie pour en recevoir un autre.',
    manage:
      'Il est incomplet, a expiré ou a été désactivé, ou votre compte a un mot de passe ou a été effacé. Rien n’a été modifié.',
    signIn: 'Se connecter',
  },
  deactivated: {
    title: 'Ce compte est désactivé',
    text: 'Vous ne pouvez pas le modifier et il ne reçoit pas d’e-mails. Si vous pensez que c’est une erreur, contactez la librairie.',
  },
  tooMany: {
    title: 'Trop de réservations',
    text: 'Rien n’a été modifié. Ouvrez à nouveau le lien dans une heure.',
  },
  busy: {
    title: 'La librairie est très sollicitée',
    text: 'Rien n’a été modifié. Ouvrez à nouveau le lien dans une minute.',
  },
}
