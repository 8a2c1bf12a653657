import { subscribersOf } from '../utils/domain-events'
import { OutboxRelay } from '../utils/outbox-relay'
import { useRuntime } from '../utils/runtime'

export default defineNitroPlugin((nitro) => {
  const { db, live } = useRuntime()
  const relay = new OutboxRelay(db, subscribersOf, (event) => live.publish(event))
  relay.start()
  nitro.hooks.hook('close', () => relay.stop())
})
