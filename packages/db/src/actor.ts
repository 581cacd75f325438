/** Who acts: an account or a token. */
export type ActorId = { userId: number } | { tokenId: number }

/** Which one acted, as the two columns of which exactly one has a value. */
export function actorColumns(actor: ActorId): { actor_id: number | null; token_id: number | null } {
  return 'userId' in actor
    ? { actor_id: actor.userId, token_id: null }
    : { actor_id: null, token_id: actor.tokenId }
}
