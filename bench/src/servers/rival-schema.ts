/** The tables of the rival. The types of columns are valid on both engines. */
export function rivalSchema(key: string): string {
  return `
    create table users (id ${key}, email text not null unique, role text not null check (role in ('reader', 'admin')),
      is_active integer not null default 1, created_at bigint not null);
    create table sessions (id text primary key, user_id bigint not null references users (id), expires_at bigint not null);
    create table books (id ${key}, title text not null, author text not null, isbn text unique,
      stock_quantity bigint not null check (stock_quantity >= 0), updated_at bigint not null);
    create table prebooks (id ${key}, book_id bigint not null references books (id),
      user_id bigint not null references users (id),
      status text not null default 'waiting' check (status in ('waiting', 'notified', 'cancelled')),
      created_at bigint not null, notified_at bigint, cancelled_at bigint);
    create unique index prebooks_live on prebooks (book_id, user_id) where status = 'waiting';
    create index prebooks_user on prebooks (user_id, id);`
}

/** A reader's token and that of the only admin are those of a filled shop, so that the same requests can be sent. */
export const rivalTokens = {
  reader: (index: number) => `bench-reader-${index}`,
  admin: 'bench-admin-0',
}
