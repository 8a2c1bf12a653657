-- A rate finer than the column was kept as 0, with which nothing can be imported: as if it had never been set.
ALTER TABLE tenant_settings NO FORCE ROW LEVEL SECURITY;
UPDATE tenant_settings SET import_currency = 'JPY', import_yen_rate = 1 WHERE import_yen_rate <= 0;
ALTER TABLE tenant_settings FORCE ROW LEVEL SECURITY;

ALTER TABLE tenant_settings ADD CONSTRAINT import_yen_rate_positive CHECK (import_yen_rate > 0);
