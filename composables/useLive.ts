/**
 * Calls `listener` when one of the events happens in the hotel, and with type `reconnected` when the stream was
 * away and something may have been missed. Ends with the component.
 */
export function useLive(types: LiveEventType[], listener: LiveListener): void {
  onMounted(() => {
    const stop = useNuxtApp().$live.on(types, listener)
    onBeforeUnmount(stop)
  })
}
