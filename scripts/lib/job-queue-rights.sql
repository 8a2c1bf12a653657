-- Rights on graphile-worker's schema, which its own migrations leave to its owner alone. Run after each of
-- them: it may be repeated, and picks up tables that a newer version brings.

-- Requests may hand in jobs and do nothing else: add_job runs with its owner's rights, and the tables, which
-- hold the payloads of all tenants, stay closed to them.
GRANT USAGE ON SCHEMA graphile_worker TO hotel_app, hotel_jobs;

DO $$
DECLARE
  entry regprocedure;
  queue regclass;
BEGIN
  FOR entry IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'graphile_worker'::regnamespace AND proname IN ('add_job', 'add_jobs')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = graphile_worker, pg_catalog, pg_temp', entry);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hotel_app, hotel_jobs', entry);
  END LOOP;

  -- The worker itself works on the tables; they have row-level security without any policy.
  FOR queue IN
    SELECT oid FROM pg_class
    WHERE relnamespace = 'graphile_worker'::regnamespace AND relkind = 'r' AND relrowsecurity
  LOOP
    IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = queue AND polname = 'worker') THEN
      EXECUTE format('CREATE POLICY worker ON %s TO hotel_jobs USING (true) WITH CHECK (true)', queue);
    END IF;
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO hotel_jobs;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO hotel_jobs;
