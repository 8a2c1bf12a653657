/** The other language, and how to change to it. The choice is kept in the cookie that the server reads as well. */
export function useLanguage() {
  const { locale, locales, setLocale } = useI18n()
  const next = computed(() => locales.value.find(({ code }) => code !== locale.value))
  const switchLanguage = async () => {
    if (next.value) await setLocale(next.value.code)
  }
  return { next, switchLanguage }
}
