-- CreateTable
CREATE TABLE "mail_messages" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "recipients" JSONB NOT NULL,
    "locale" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "attachment_kind" TEXT,
    "attachment_id" UUID,
    "dedupe_key" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_messages_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "mail_messages_tenant_id_dedupe_key_key" ON "mail_messages"("tenant_id", "dedupe_key");

-- AddForeignKey
ALTER TABLE "mail_messages" ADD CONSTRAINT "mail_messages_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT protect_tenant_table('mail_messages');
-- What a mail says is never changed; only what became of it.
GRANT SELECT, INSERT, UPDATE (status, attempts, last_error, sent_at) ON mail_messages TO hotel_app;

ALTER TABLE mail_messages
  ADD CONSTRAINT mail_status CHECK (status IN ('PENDING', 'SENT', 'FAILED')),
  ADD CONSTRAINT mail_sent CHECK ((status = 'SENT') = (sent_at IS NOT NULL)),
  ADD CONSTRAINT mail_attachment CHECK ((attachment_kind IS NULL) = (attachment_id IS NULL)),
  ADD CONSTRAINT mail_attempts CHECK (attempts >= 0),
  -- A line break in a header would begin another header.
  ADD CONSTRAINT mail_subject_one_line CHECK (subject !~ '[[:cntrl:]]');
