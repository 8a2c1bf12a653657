/** The charts' colours as they are now; they follow when light and dark change. In the browser only. */
export function useChartTheme() {
  const colorMode = useColorMode()
  const theme = shallowRef(readChartTheme(document.documentElement))
  // The class on <html> changes with the same value: read after it has.
  watch(
    () => colorMode.value,
    async () => {
      await nextTick()
      theme.value = readChartTheme(document.documentElement)
    },
  )
  return theme
}
