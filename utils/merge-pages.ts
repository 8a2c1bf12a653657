export interface Page<T> {
  entries: T[]
  nextCursor: string | null
}

/**
 * Newest entries, read again, over what was already leafed through: nothing that the reader has opened goes
 * away. When so much has come in between that the two no longer meet, the newest page stands alone.
 */
export function mergeNewest<T extends { id: string }>(newest: Page<T>, known: Page<T> | null): Page<T> {
  const knownIds = new Set(known?.entries.map(({ id }) => id))
  if (!known || !newest.entries.some(({ id }) => knownIds.has(id))) return newest
  const added = newest.entries.filter(({ id }) => !knownIds.has(id))
  return { entries: [...added, ...known.entries], nextCursor: known.nextCursor }
}

/** The page that follows, after what is there. */
export function appendPage<T>(known: Page<T>, next: Page<T>): Page<T> {
  return { entries: [...known.entries, ...next.entries], nextCursor: next.nextCursor }
}
