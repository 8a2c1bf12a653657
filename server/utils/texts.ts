import {
  compile,
  createCoreContext,
  registerMessageCompiler,
  registerMessageResolver,
  resolveValue,
  translate,
} from '@intlify/core-base'
import jaAi from '../../i18n/locales/ja/ai.json'
import jaErrors from '../../i18n/locales/ja/errors.json'
import jaIdentity from '../../i18n/locales/ja/identity.json'
import jaInvoice from '../../i18n/locales/ja/invoice.json'
import jaMail from '../../i18n/locales/ja/mail.json'
import jaReservations from '../../i18n/locales/ja/reservations.json'
import jaCredits from '../../i18n/locales/ja/credits.json'
import jaPayments from '../../i18n/locales/ja/payments.json'
import enAi from '../../i18n/locales/en/ai.json'
import enErrors from '../../i18n/locales/en/errors.json'
import enIdentity from '../../i18n/locales/en/identity.json'
import enInvoice from '../../i18n/locales/en/invoice.json'
import enMail from '../../i18n/locales/en/mail.json'
import enReservations from '../../i18n/locales/en/reservations.json'
import enCredits from '../../i18n/locales/en/credits.json'
import enPayments from '../../i18n/locales/en/payments.json'

export const locales = ['ja', 'en'] as const
export type Locale = (typeof locales)[number]
/** Of what is written to a hotel rather than to one person. */
export const defaultLocale: Locale = 'ja'

registerMessageCompiler(compile)
registerMessageResolver(resolveValue)

const context = createCoreContext({
  locale: 'ja',
  messages: {
    ja: {
      ...jaErrors,
      ...jaIdentity,
      ...jaMail,
      ...jaCredits,
      ...jaPayments,
      ...jaInvoice,
      ...jaReservations,
      ...jaAi,
    },
    en: {
      ...enErrors,
      ...enIdentity,
      ...enMail,
      ...enCredits,
      ...enPayments,
      ...enInvoice,
      ...enReservations,
      ...enAi,
    },
  },
  missingWarn: false,
})

/** A text of the locale files, for what the server itself says. */
export function text(locale: Locale, key: string, values: Record<string, unknown> = {}): string {
  return String(translate(context, key, values, { locale }))
}

/** A plan's name as the pages write it (composables/usePlanName); one that was added later goes by its code. */
export function planName(locale: Locale, plan: string): string {
  const key = `identity.plans.${plan}`
  const name = text(locale, key)
  return name === key ? plan : name
}

/** A calendar day 'YYYY-MM-DD' as a sentence writes it. */
export function longDate(locale: Locale, isoDate: string): string {
  return new Date(`${isoDate}T00:00:00Z`).toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })
}

/** The month that begins on 'YYYY-MM-01' as a sentence writes it. */
export function monthName(locale: Locale, month: string): string {
  return new Date(`${month}T00:00:00Z`).toLocaleDateString(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' })
}

export function isLocale(value: unknown): value is Locale {
  return locales.includes(value as Locale)
}
