/**
 * A panel or window gives the focus back to where the person was when it opened; the kit's own leave it nowhere.
 * @returns for the `content` of the kit's component
 */
export function useFocusReturn(isOpen: Ref<boolean>) {
  let opener: Element | null = null
  watch(
    isOpen,
    (open) => {
      if (open) opener = document.activeElement
    },
    { flush: 'sync' },
  )
  return {
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      if (opener instanceof HTMLElement) opener.focus()
    },
  }
}
