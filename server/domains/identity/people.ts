import type { Transaction } from '../../utils/db'

/** Names of persons by id. */
export async function namesOf(tx: Transaction, userIds: string[]): Promise<Map<string, string>> {
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(userIds)] } },
    select: { id: true, name: true },
  })
  return new Map(users.map((user) => [user.id, user.name]))
}
