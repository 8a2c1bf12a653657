/** The kit's parts in our look: the scales of assets/css/main.css, hairlines instead of shadows. */
export default defineAppConfig({
  ui: {
    colors: {
      primary: 'ai',
      secondary: 'ai',
      info: 'ai',
      success: 'wakatake',
      warning: 'yamabuki',
      error: 'shu',
      neutral: 'stone',
    },
    // Text runs at 1.7; inside a control a line of 24 px keeps its height on the grid.
    button: { slots: { base: 'leading-6' } },
    input: { slots: { base: 'leading-6' } },
    select: { slots: { base: 'leading-6', content: 'shadow-none' } },
    dropdownMenu: { slots: { content: 'shadow-none' } },
    slideover: { slots: { content: 'shadow-none sm:shadow-none' } },
    // 44 px to touch on a phone; the label reaches over its circle, so that nothing between them is dead.
    radioGroup: {
      slots: {
        fieldset: 'flex-wrap gap-x-6',
        item: 'items-center',
        container: 'relative',
        label: '-ms-6 ps-6 py-2.5 sm:py-1 font-normal cursor-pointer',
      },
    },
    toast: { slots: { root: 'shadow-none' } },
    formField: { slots: { label: 'font-medium text-default', error: 'mt-1 text-error' } },
    // At 90% opacity the kit's own colour falls short of the contrast that WCAG asks for.
    alert: { slots: { description: 'text-default opacity-100' } },
    skeleton: { base: 'bg-accented/60' },
  },
})
