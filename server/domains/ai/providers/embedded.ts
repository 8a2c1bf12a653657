import { setTimeout as wait } from 'node:timers/promises'
import { excerptOf } from '#shared/utils/text'
import { text } from '../../../utils/texts'
import { predictionWords } from '../prediction/words'
import { estimateTokens } from '../tokens'
import type { AiProvider, ChatbotTask, RunOptions, Task } from './provider'

/** Pieces as large as a model's, with a pause that lets the reader follow, and stop. */
const pieceLength = 8
const pauseMs = 35
/** Characters of a section in an answer, so that an answer stays within one unit of the price. */
const passageLength = 420

/** The offline assistant: quotes the hotel's own sections and fills templates with the numbers it is given. */
export const embeddedProvider: AiProvider = {
  name: 'embedded',
  isOffline: true,

  tokensFor(task, maxTokens) {
    const answer = Math.min(estimateTokens('あ'.repeat(passageLength)) + 150, maxTokens)
    // A prediction's words are part of its base price: no model reads or writes them.
    if (task.kind === 'prediction') return { input: 0, expectedOutput: 0, mostOutput: 0 }
    return { input: estimateTokens(task.question), expectedOutput: Math.min(answer, 300), mostOutput: answer }
  },

  async run(task, options) {
    const { said, isStopped, firstAfterMs } = await say(limit(answerOf(task), options.maxTokens), options)
    return {
      text: said,
      tokensIn: task.kind === 'prediction' ? 0 : estimateTokens(task.question),
      tokensOut: task.kind === 'prediction' ? 0 : estimateTokens(said),
      isStopped,
      timeToFirstTokenMs: firstAfterMs,
    }
  },
}

function answerOf(task: Task): string {
  if (task.kind === 'chatbot') return chatbotAnswer(task)
  return task.facts ? predictionWords(task.facts, task.language) : ''
}

function chatbotAnswer({ language, passages }: ChatbotTask): string {
  const [best, ...others] = passages
  const opening = text(language, 'ai.offline.opening')
  if (!best) return `${opening}\n\n${text(language, 'ai.offline.unknown')}`
  const parts = [opening, `**${best.title}**`, excerptOf(best.body, passageLength)]
  if (others.length > 0)
    parts.push(
      text(language, 'ai.offline.related', {
        titles: others
          .map(({ title }) => text(language, 'ai.offline.quoted', { title }))
          .join(text(language, 'ai.offline.comma')),
      }),
    )
  return parts.join('\n\n')
}

function limit(answer: string, maxTokens: number): string {
  if (estimateTokens(answer) <= maxTokens) return answer
  const characters = [...answer]
  return excerptOf(answer, Math.max(1, Math.floor((characters.length * maxTokens) / estimateTokens(answer))))
}

interface Said {
  said: string
  isStopped: boolean
  firstAfterMs: number | null
}

/** Piece by piece where somebody reads along, else at once. */
async function say(answer: string, { signal, onText }: RunOptions): Promise<Said> {
  const started = performance.now()
  const characters = [...answer]
  let said = ''
  let firstAfterMs: number | null = null
  const size = onText ? pieceLength : characters.length
  for (let at = 0; at < characters.length; at += size) {
    if (signal.aborted) return { said, isStopped: true, firstAfterMs }
    const piece = characters.slice(at, at + size).join('')
    said += piece
    firstAfterMs ??= Math.round(performance.now() - started)
    onText?.(piece)
    if (onText) await wait(pauseMs)
  }
  return { said, isStopped: false, firstAfterMs }
}
