/** Without a face: makes the requests that need no card. */
import { serve } from './relay'

serve()
