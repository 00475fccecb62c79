-- The tables of the workflow “WhatsApp inbox in PostgreSQL”.
-- The workflow creates them itself; running this file does the same and changes nothing that is there.

-- One row for each message. A column is empty until an event has told it.
CREATE TABLE IF NOT EXISTS whatsapp_messages (
	wamid text PRIMARY KEY,
	sent_at timestamptz,
	contact_user_id text,
	contact_phone text,
	-- The same as contact.key of an event, whichever of the two came first.
	contact_key text GENERATED ALWAYS AS (coalesce(contact_user_id, contact_phone)) STORED,
	group_id text,
	direction text,
	author text,
	-- Of an old photo or file, empty until its media has come.
	type text,
	text text,
	reply_to text,
	media_id text,
	media_type text,
	media_file_name text,
	-- True as long as the message is known from the history only.
	from_history boolean,
	edited_text text,
	edited_at timestamptz,
	deleted_at timestamptz,
	phone_number_id text
);

CREATE INDEX IF NOT EXISTS whatsapp_messages_by_contact ON whatsapp_messages (contact_key, sent_at);

-- The phone's address book, one row for each person.
CREATE TABLE IF NOT EXISTS whatsapp_contacts (
	contact_key text PRIMARY KEY,
	user_id text,
	phone text,
	username text,
	full_name text,
	first_name text,
	saved_at timestamptz,
	removed_at timestamptz,
	in_address_book boolean NOT NULL
		GENERATED ALWAYS AS (coalesce(saved_at >= coalesce(removed_at, '-infinity'), false)) STORED
);

-- What a person wants to read: who wrote what, with edits and deletions applied.
CREATE OR REPLACE VIEW whatsapp_inbox AS
SELECT
	messages.sent_at,
	coalesce(contacts.full_name, messages.contact_phone, contacts.username, messages.contact_key) AS contact,
	messages.direction,
	messages.type,
	CASE WHEN messages.deleted_at IS NULL THEN coalesce(messages.edited_text, messages.text) END AS text,
	messages.edited_at IS NOT NULL AS edited,
	messages.deleted_at IS NOT NULL AS deleted,
	messages.wamid
FROM whatsapp_messages AS messages
LEFT JOIN whatsapp_contacts AS contacts USING (contact_key);
