import type { Task } from '../providers/provider'
import { chatbotPrompt, chatbotPromptVersion } from './chatbot.v1'
import type { PromptMessage } from './message'
import { predictionPrompt, predictionPromptVersion } from './prediction.v1'

/** The prompt of a task, in the version that is in use. */
export function promptFor(task: Task): { version: string; messages: PromptMessage[] } {
  return task.kind === 'chatbot'
    ? { version: chatbotPromptVersion, messages: chatbotPrompt(task) }
    : { version: predictionPromptVersion, messages: predictionPrompt(task) }
}
