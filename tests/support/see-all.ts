import { connected } from '../../scripts/lib/database.mjs'

/**
 * Row-level security is forced, so the owner of the tables sees no tenant's rows either. The tests look at them
 * through a policy of their own, in their own databases only.
 */
export async function letOwnerSeeAll(ownerUrl: string): Promise<void> {
  await connected(ownerUrl, (owner) =>
    owner.query(`DO $$
      DECLARE t regclass;
      BEGIN
        FOR t IN SELECT c.oid FROM pg_class c
                  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relforcerowsecurity
        LOOP
          EXECUTE format('DROP POLICY IF EXISTS tests_see_all ON %s', t);
          EXECUTE format('CREATE POLICY tests_see_all ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', t);
        END LOOP;
      END $$`),
  )
}
