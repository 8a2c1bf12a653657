const oneYear = 365 * 24 * 3600

/** The language a person has chosen: the cookie that the server's texts follow as well. */
export function useChosenLanguage() {
  return useCookie<string | null>('locale', { maxAge: oneYear, sameSite: 'lax', path: '/' })
}

/** The other language, and how to change to it. */
export function useLanguage() {
  const { locale, locales, setLocale } = useI18n()
  const chosen = useChosenLanguage()
  const next = computed(() => locales.value.find(({ code }) => code !== locale.value))
  const switchLanguage = async () => {
    if (!next.value) return
    chosen.value = next.value.code
    await setLocale(next.value.code)
  }
  return { next, switchLanguage }
}
