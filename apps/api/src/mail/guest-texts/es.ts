import type { GuestTexts } from './en.ts'

export const es: GuestTexts = {
  by: (author) => `de ${author}`,
  due: (when) => `Previsto: ${when}`,
  seasons: { spring: 'primavera', summer: 'verano', autumn: 'otoño', winter: 'invierno' },
  shop: 'Ir a la librería',
  viewBook: 'Ver el libro',
  confirm: {
    title: 'Confirma tu reserva',
    mail: (email) => `Escribiremos a ${email} cuando este libro vuelva a estar disponible.`,
    place: 'Tu lugar en la cola cuenta desde la confirmación. No te obliga a comprar el libro.',
    button: 'Confirmar la reserva',
    notYou: 'Si no has pedido esto, cierra esta página. No se guarda nada.',
  },
  inStock: {
    title: 'Este libro está disponible',
    text: 'No necesitas reservarlo: puedes comprarlo ahora. No hemos reservado ni guardado nada.',
  },
  withdrawn: {
    title: 'Este libro no volverá',
    text: 'Ya no se puede reservar. No hemos guardado nada.',
  },
  confirmed: {
    title: 'Estás en la lista de espera',
    place: (position) => `Eres el número ${position} de la cola.`,
    next: 'Te escribiremos cuando el libro esté disponible.',
    manage: 'Tus reservas',
    manageWhy:
      'Allí puedes cancelar, cambiar el idioma o hacer que se borre todo. El enlace también está en nuestros correos.',
  },
  notified: {
    title: 'Este libro ha vuelto',
    text: (day) => `Lo habías reservado, y volvió a estar disponible el ${day}.`,
  },
  cancelled: {
    title: 'Esta reserva está cancelada',
    byReader: 'La cancelaste tú. Mientras el libro esté agotado, puedes volver a reservarlo.',
    byShop: 'La cancelamos porque el libro no volverá.',
  },
  manage: {
    title: 'Tus reservas',
    intro: (email) => `Para ${email}. Quien tenga el enlace a esta página puede cambiar lo que hay en ella.`,
    none: 'No tienes reservas.',
    waiting: (position) => `En espera: número ${position} de la cola`,
    notified: (day) => `Disponible de nuevo desde el ${day}`,
    cancelled: 'Cancelada',
    cancelledByShop: 'Cancelada, porque el libro no volverá',
    cancel: 'Cancelar',
    cancelBook: (title) => `Cancelar: ${title}`,
    cancelAsk: 'Pierdes tu lugar en la cola. No se puede deshacer.',
    cancelButton: 'Cancelar la reserva',
    older: 'Reservas anteriores',
    newest: 'Reservas más recientes',
    language: 'Idioma',
    save: 'Guardar',
    mails: 'Correos',
    mailsOn: 'Te escribimos sobre los libros que has reservado.',
    mailsOff: 'No recibes correos sobre los libros que has reservado. Tus reservas siguen activas.',
    stopMails: 'No recibir más correos',
    startMails: 'Volver a recibir correos',
    password: 'Elegir una contraseña',
    passwordWhy:
      'Con una contraseña puedes iniciar sesión en la librería y ver allí tus reservas. Te enviamos un enlace para elegirla. Después, esta página deja de funcionar.',
    passwordButton: 'Enviarme el enlace',
    revoke: 'Enlaces en los correos',
    revokeWhy:
      '¿Has reenviado un correo? Puedes anular los enlaces a esta página de todos los correos recibidos hasta ahora. El próximo correo tendrá uno nuevo.',
    revokeButton: 'Anular todos los enlaces',
    erase: 'Borrar todo',
    eraseWhy: 'Cancelamos tus reservas y borramos tu dirección de correo.',
    eraseButton: 'Borrar todo…',
  },
  done: {
    cancelled: 'La reserva está cancelada.',
    language: 'El idioma está guardado.',
    mailsOff: 'Ya no recibirás correos sobre los libros que has reservado.',
    mailsOn: 'Recibirás correos sobre los libros que has reservado.',
    password: 'Te enviamos un enlace para elegir una contraseña. Funciona durante 30 minutos.',
  },
  problem: {
    tooMany: 'Se han pedido demasiados correos. No ha cambiado nada. Inténtalo de nuevo dentro de una hora.',
    noMail: 'La librería todavía no puede enviar correos. Ponte en contacto con ella.',
    invalid: 'No ha cambiado nada. Vuelve a cargar esta página e inténtalo de nuevo.',
  },
  eraseAsk: {
    title: '¿Borrar todo?',
    text: (email) =>
      `Tus reservas se cancelan y ${email} se borra. No recibirás más correos. No se puede deshacer.`,
    button: 'Borrar definitivamente',
    keep: 'Conservar todo',
  },
  erased: { title: 'Todo está borrado', text: 'Tus reservas están canceladas y no recibirás más correos.' },
  revoked: {
    title: 'Los enlaces ya no funcionan',
    text: 'Tus reservas siguen activas. El próximo correo sobre una de ellas tendrá un enlace nuevo.',
  },
  linkInvalid: {
    title: 'Este enlace ya no funciona',
    confirm:
      'Está incompleto o ha caducado, o se borró todo lo relacionado con él. No ha cambiado nada. Vuelve a reservar el libro en la librería para recibir uno nuevo.',
    manage:
      'Está incompleto, ha caducado o fue anulado, o tu cuenta tiene una contraseña o fue borrada. No ha cambiado nada.',
    signIn: 'Iniciar sesión',
  },
  deactivated: {
    title: 'Esta cuenta está desactivada',
    text: 'No puedes cambiar nada en ella y no recibe correos. Si crees que es un error, ponte en contacto con la librería.',
  },
  tooMany: {
    title: 'Demasiadas reservas',
    text: 'No ha cambiado nada. Vuelve a abrir el enlace dentro de una hora.',
  },
  busy: {
    title: 'La librería está muy ocupada',
    text: 'No ha cambiado nada. Vuelve a abrir el enlace dentro de un minuto.',
  },
}
