import type { HotelRole } from '#shared/schemas/identity'
import type { Database } from '../../utils/db'

export interface NewHotel {
  tenant: { id: string; name: string; planCode: string; rooms: number; timeZone?: string }
  organization: { id: string; parentId: string | null }
  people: { id: string; email: string; name: string; role: HotelRole; passwordHash: string }[]
  /** Which of the hotel's data the nodes above it may see. */
  sharing: SharingPreset
  now: Date
}

const dataTypes = ['CUSTOMER', 'RESERVATION', 'ANALYTICS', 'FINANCIAL', 'STAFF', 'INVENTORY'] as const
type DataType = (typeof dataTypes)[number]

export type SharingPreset = 'completeIntegration' | 'brandSeparation' | 'hotelIndependence'

/** The three presets of the sharing policies. Source: spec, "Tenants and the organisation tree". */
function sharingPolicy(preset: SharingPreset, dataType: DataType): { scope: string; accessLevel: string } {
  if (preset === 'completeIntegration') return { scope: 'GROUP', accessLevel: 'FULL' }
  if (preset === 'hotelIndependence') return { scope: 'NONE', accessLevel: 'SUMMARY_ONLY' }
  return dataType === 'ANALYTICS'
    ? { scope: 'GROUP', accessLevel: 'SUMMARY_ONLY' }
    : { scope: 'BRAND', accessLevel: 'FULL' }
}

/** Makes a hotel's tenant, its place in the organisation and its first persons. Making it again changes nothing. */
export async function createHotel(db: Database, hotel: NewHotel): Promise<void> {
  const { tenant, organization, now } = hotel
  const client = await db.jobs.connect()
  try {
    await client.query('BEGIN')
    await client.query(
      `INSERT INTO tenants (id, kind, name, plan_code, time_zone, rooms, created_at)
       VALUES ($1, 'HOTEL', $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [tenant.id, tenant.name, tenant.planCode, tenant.timeZone ?? 'Asia/Tokyo', tenant.rooms, now],
    )
    await client.query(
      `INSERT INTO organizations (id, parent_id, level, type, name, hotel_tenant_id, created_at)
       VALUES ($1, $2, 3, 'HOTEL', $3, $4, $5) ON CONFLICT DO NOTHING`,
      [organization.id, organization.parentId, tenant.name, tenant.id, now],
    )
    for (const dataType of dataTypes) {
      const { scope, accessLevel } = sharingPolicy(hotel.sharing, dataType)
      await client.query(
        `INSERT INTO data_sharing_policies (organization_id, data_type, scope, access_level) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        [organization.id, dataType, scope, accessLevel],
      )
    }
    for (const person of hotel.people) {
      await client.query(
        `INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [person.id, person.email, person.name, person.passwordHash, now],
      )
      await client.query(
        `INSERT INTO memberships (id, user_id, organization_id, role, created_at) VALUES ($1, $1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        [person.id, organization.id, person.role, now],
      )
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
