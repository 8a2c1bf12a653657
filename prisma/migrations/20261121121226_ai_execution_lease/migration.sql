-- AlterTable
ALTER TABLE "ai_executions" ADD COLUMN     "lease_until" TIMESTAMPTZ(3);

-- A task ends the runs whose server was killed.
CREATE INDEX ai_executions_lease ON ai_executions (lease_until) WHERE status = 'RUNNING';
GRANT SELECT, UPDATE ON ai_executions TO hotel_jobs;
