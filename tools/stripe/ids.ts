import { randomBytes } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const random = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('')

export const newId = (prefix: string): string => `${prefix}_${random(24)}`
export const newSecret = (id: string): string => `${id}_secret_${random(25)}`
