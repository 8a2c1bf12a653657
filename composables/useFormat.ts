/** Figures and dates as the language writes them, in the hotel's time zone. */
export function useFormat() {
  const { locale, t } = useI18n()
  const store = useSessionStore()
  const timeZone = computed(() => store.session?.tenant?.timeZone ?? 'Asia/Tokyo')
  const language = computed(() => (locale.value === 'ja' ? 'ja-JP' : 'en-GB'))

  /** With a true minus sign, as wide as the plus. */
  const number = (value: number, digits = 0) =>
    value.toLocaleString(language.value, { minimumFractionDigits: 0, maximumFractionDigits: digits }).replace('-', '−')
  /** Of a figure that moves something: +500, −8. */
  const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${number(Math.abs(value))}`
  const yen = (value: number) => `${value < 0 ? '−' : ''}¥${number(Math.abs(value))}`
  const percent = (value: number, digits = 0) => `${number(value, digits)}%`
  const credits = (value: number) => t('common.units.credits', { count: number(value) }, value)

  const dateIn = (zone: string, options: Intl.DateTimeFormatOptions) => (date: Date) =>
    new Intl.DateTimeFormat(language.value, { timeZone: zone, ...options }).format(date)

  /** A calendar day 'YYYY-MM-DD': 7月21日(金), Fri 21 July. */
  const day = (isoDate: string) =>
    dateIn('UTC', { month: locale.value === 'ja' ? 'long' : 'short', day: 'numeric', weekday: 'short' })(
      new Date(isoDate),
    )
  /** The same with its year. */
  const fullDay = (isoDate: string) =>
    dateIn('UTC', {
      year: 'numeric',
      month: locale.value === 'ja' ? 'long' : 'short',
      day: 'numeric',
      weekday: 'short',
    })(new Date(isoDate))
  /** 7/21, 21/7: for axes and dense lists. */
  const shortDay = (isoDate: string) => dateIn('UTC', { month: 'numeric', day: 'numeric' })(new Date(isoDate))
  /** An instant: 7月21日(金) 14:05. */
  const dateTime = (instant: string) =>
    dateIn(timeZone.value, {
      month: locale.value === 'ja' ? 'long' : 'short',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })(new Date(instant))
  /** 7/21 14:05: an instant where there is little room. */
  const shortDateTime = (instant: string) =>
    dateIn(timeZone.value, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })(
      new Date(instant),
    )
  /** The calendar day of an instant in the hotel's time zone, 'YYYY-MM-DD'. */
  const dayOfInstant = (instant: string | Date) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: timeZone.value }).format(new Date(instant))

  return {
    number,
    signed,
    yen,
    percent,
    credits,
    day,
    fullDay,
    shortDay,
    dateTime,
    shortDateTime,
    dayOfInstant,
    timeZone,
    language,
  }
}
