import type { Context } from '../../utils/context'
import { AppError } from '../../utils/errors'
import { text, type Locale } from '../../utils/texts'
import { FileRefusal } from './file/source'

type Details = Record<string, string | number | string[]>

/** Why an import failed, as it is kept with it; the words are found when it is shown. */
export interface ImportFailure {
  code: 'INVALID_FILE' | 'INTERNAL_ERROR'
  details: Details
}

export function failureOf({ reason, details }: FileRefusal): ImportFailure {
  return { code: 'INVALID_FILE', details: { ...details, cause: reason } }
}

export function failureMessage(locale: Locale, { code, details }: ImportFailure): string {
  return text(locale, `errors.${code}`, { reason: details.cause ? fileReason(locale, details) : '' })
}

/** Numbers as the locale writes them, columns and labels by their names. */
function fileReason(locale: Locale, details: Details): string {
  const list = (names: string[]) => names.join(text(locale, 'reservations.comma'))
  const words = Object.entries(details).map(([name, value]) => {
    if (name === 'columns' && Array.isArray(value))
      return [name, list(value.map((field) => text(locale, `reservations.fields.${field}`)))]
    if (name === 'labels' && Array.isArray(value))
      return [name, list(value.map((label) => text(locale, 'reservations.quoted', { label })))]
    if (name === 'maxBytes') return ['megabytes', Number(value) / 2 ** 20]
    return [name, typeof value === 'number' ? value.toLocaleString(locale) : value]
  })
  return text(locale, `reservations.files.${String(details.cause)}`, Object.fromEntries(words))
}

/** Turns a refused file into the refusal of the request. */
export async function refusingFiles<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error
    const { code, details } = failureOf(error)
    throw new AppError(code, { ...details, reason: fileReason(ctx.locale, details) })
  }
}
