import { z } from 'zod'
import { id } from './common'

export const hotelRoles = ['STAFF', 'MANAGER', 'ADMIN', 'OWNER'] as const
export const hotelRole = z.enum(hotelRoles)
export type HotelRole = z.infer<typeof hotelRole>
export const role = z.enum([...hotelRoles, 'SUPER_ADMIN'])
export type Role = z.infer<typeof role>

export const signInBody = z.object({
  email: z.string().trim().toLowerCase().pipe(z.email()).describe('mail address'),
  password: z.string().min(1).max(200),
})
export type SignInBody = z.infer<typeof signInBody>

export const sessionResponse = z.object({
  user: z.object({ id, name: z.string(), email: z.string() }),
  role,
  /** The hotel the person works in; null for the platform's operators. */
  tenant: z
    .object({
      id,
      name: z.string(),
      timeZone: z.string(),
      planCode: z.string(),
      planName: z.string(),
      features: z.array(z.string()),
    })
    .nullable(),
  permissions: z.array(z.string()),
})
export type SessionResponse = z.infer<typeof sessionResponse>
/** GET /auth/session answers 200 with null for a visitor who is not signed in. */
export const sessionOrNull = z.object({ session: sessionResponse.nullable() })
