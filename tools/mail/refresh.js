/* global document, DOMParser, location */

/** Brings the list up to date while the page is looked at; what is being read stays. */
const everyMs = 2_000
const list = document.getElementById('mails')

async function refresh() {
  const answer = await fetch(location.href)
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('mails')
  if (!list || !fresh || fresh.innerHTML === list.innerHTML) return
  // The focus stays on the mail it was on.
  const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null
  list.replaceChildren(...fresh.childNodes)
  for (const link of list.querySelectorAll('a')) if (link.getAttribute('href') === focused) link.focus()
}

setInterval(() => {
  // The demonstration may have been stopped: the next time asks again.
  if (document.visibilityState === 'visible') refresh().catch(() => undefined)
}, everyMs)
