import type { BankFileLine, BankFilePreview, TransferLinesResponse } from '#shared/schemas/operator'

/** A line as the operator decides it: recorded or not, and what it pays. */
export interface DecidedLine extends BankFileLine {
  isChosen: boolean
  chosen: ChosenInvoice[]
  result?: TransferLinesResponse['results'][number]
}

/** At most so many lines a request. */
const batchSize = 200

const brokenFile = new Set(['length', 'order', 'totals', 'noTrailer', 'noEnd'])

/** A bank's file from reading it to the last line recorded. */
export function useBankFile() {
  const api = useApi()
  const { recordLines } = useOperatorActions()
  const preview = shallowRef<BankFilePreview | null>(null)
  const lines = ref<DecidedLine[]>([])
  const isBusy = ref(false)

  const chosen = computed(() => lines.value.filter((line) => line.isChosen && !line.known && !isDone(line)))
  const isDone = ({ result }: DecidedLine) => result?.outcome === 'RECORDED'

  async function read(file: File) {
    isBusy.value = true
    try {
      const form = new FormData()
      form.append('file', file, file.name)
      const answer = await api<BankFilePreview>('/api/v1/operator/transfers/preview', { method: 'POST', body: form })
      preview.value = answer
      // Of a file that is cut off or whose totals are wrong, nothing is taken for granted.
      const isWhole = !answer.problems.some(({ problem }) => brokenFile.has(problem))
      lines.value = answer.lines.map((line) => ({
        ...line,
        // What nobody has any doubt about is chosen; the rest waits for the operator. An amount alone is a doubt: it may
        // well be another hotel's money.
        isChosen:
          isWhole &&
          !line.known &&
          !line.isDoubtful &&
          line.shares.length > 0 &&
          line.reason !== 'ONLY_INVOICE_OF_AMOUNT',
        chosen: line.shares,
      }))
    } finally {
      isBusy.value = false
    }
  }

  /** Each line on its own: what is refused stays with its reason, and can be decided anew. */
  async function record() {
    isBusy.value = true
    try {
      const waiting = chosen.value
      for (let from = 0; from < waiting.length; from += batchSize) {
        const batch = waiting.slice(from, from + batchSize)
        const body = {
          lines: batch.map((line) => ({
            receivedOn: line.receivedOn,
            amountYen: line.amountYen,
            payerName: line.payerName,
            reference: line.reference,
            occurrence: line.occurrence,
            note: '',
            allocations: allocationsOf(line.chosen),
          })),
        }
        const { results } = await recordLines(body, crypto.randomUUID())
        batch.forEach((line, index) => (line.result = results[index]))
      }
    } finally {
      isBusy.value = false
    }
  }

  function forget() {
    preview.value = null
    lines.value = []
  }
  return { preview, lines, chosen, isBusy, read, record, forget }
}
