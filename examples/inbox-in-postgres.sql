-- The tables of the workflow “WhatsApp inbox in PostgreSQL”.
-- The workflow creates them itself; running this file does the same and changes no row that is there.

-- One row for each message. A column is empty until an event has told it.
CREATE TABLE IF NOT EXISTS whatsapp_messages (
	wamid text PRIMARY KEY,
	sent_at timestamptz,
	contact_user_id text,
	contact_phone text,
	contact_name text,
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
	-- True where the message came with the history.
	from_history boolean,
	edited_text text,
	edited_at timestamptz,
	deleted_at timestamptz,
	phone_number_id text
);

CREATE INDEX IF NOT EXISTS whatsapp_messages_by_user_id ON whatsapp_messages (contact_user_id, sent_at);
CREATE INDEX IF NOT EXISTS whatsapp_messages_by_phone ON whatsapp_messages (contact_phone, sent_at);

-- The phone's address book, as the phone has it: the newest entry of each key.
CREATE TABLE IF NOT EXISTS whatsapp_address_book (
	key text PRIMARY KEY,
	user_id text,
	phone text,
	username text,
	full_name text,
	first_name text,
	saved_at timestamptz,
	removed_at timestamptz
);

-- Whose phone number or user ID it is. All keys of one person have the same contact_key.
CREATE TABLE IF NOT EXISTS whatsapp_people (
	key text PRIMARY KEY,
	contact_key text NOT NULL
);

CREATE INDEX IF NOT EXISTS whatsapp_people_by_contact ON whatsapp_people (contact_key);

-- Who rows are about or from: the phone numbers and user IDs that they name together, and which of them the
-- person is called by: a user ID comes before a phone number, as letters come after digits.
CREATE OR REPLACE FUNCTION whatsapp_people_in(incoming jsonb)
RETURNS TABLE (keys text[], contact_key text, is_contact boolean)
LANGUAGE sql AS $keys$
	SELECT
		array_remove(
			ARRAY[contact_phone, contact_user_id, previous_phone, previous_user_id, phone, user_id], NULL
		),
		greatest(
			contact_phone COLLATE "C", contact_user_id, previous_phone, previous_user_id, phone, user_id
		),
		bool_or(saved_at IS NOT NULL OR changed_at IS NOT NULL)
	FROM jsonb_to_recordset(incoming) AS given (
		contact_phone text, contact_user_id text, previous_phone text, previous_user_id text,
		phone text, user_id text, saved_at text, changed_at text
	)
	GROUP BY contact_phone, contact_user_id, previous_phone, previous_user_id, phone, user_id
$keys$;

-- Stores rows of the trigger: as many as come at once, in any order, any number of times.
CREATE OR REPLACE FUNCTION whatsapp_save(incoming jsonb) RETURNS void LANGUAGE plpgsql AS $save$
DECLARE
	people jsonb;
	one_person text[];
BEGIN
	-- One at a time, so that no two wait for each other's rows.
	PERFORM pg_advisory_xact_lock(hashtext('whatsapp_save'));

	INSERT INTO whatsapp_messages AS known
	SELECT
		wamid,
		min(sent_at),
		min(contact_user_id),
		min(contact_phone),
		min(contact_name),
		min(group_id),
		min(direction),
		min(author),
		min(type),
		min(text),
		min(reply_to),
		min(media_id),
		min(media_type),
		min(media_file_name),
		bool_or(from_history),
		(array_agg(edited_text ORDER BY edited_at DESC NULLS LAST, edited_text DESC))[1],
		max(edited_at),
		min(deleted_at),
		min(phone_number_id)
	FROM jsonb_populate_recordset(NULL::whatsapp_messages, incoming)
	WHERE wamid IS NOT NULL
	GROUP BY wamid
	ON CONFLICT (wamid) DO UPDATE SET
		sent_at = coalesce(known.sent_at, excluded.sent_at),
		contact_user_id = coalesce(known.contact_user_id, excluded.contact_user_id),
		contact_phone = coalesce(known.contact_phone, excluded.contact_phone),
		contact_name = coalesce(known.contact_name, excluded.contact_name),
		group_id = coalesce(known.group_id, excluded.group_id),
		direction = coalesce(known.direction, excluded.direction),
		author = coalesce(known.author, excluded.author),
		type = coalesce(known.type, excluded.type),
		text = coalesce(known.text, excluded.text),
		reply_to = coalesce(known.reply_to, excluded.reply_to),
		media_id = coalesce(known.media_id, excluded.media_id),
		media_type = coalesce(known.media_type, excluded.media_type),
		media_file_name = coalesce(known.media_file_name, excluded.media_file_name),
		from_history = coalesce(known.from_history, excluded.from_history),
		edited_text = CASE
			WHEN known.edited_at IS NULL
				OR (excluded.edited_at, excluded.edited_text) > (known.edited_at, known.edited_text)
			THEN excluded.edited_text
			ELSE known.edited_text
		END,
		edited_at = greatest(known.edited_at, excluded.edited_at),
		deleted_at = least(known.deleted_at, excluded.deleted_at),
		phone_number_id = coalesce(known.phone_number_id, excluded.phone_number_id);

	SELECT jsonb_agg(one) INTO people FROM whatsapp_people_in(incoming) AS one;

	IF people @? '$[*] ? (@.is_contact == true)' THEN
		INSERT INTO whatsapp_address_book AS known
		SELECT DISTINCT ON (contact_key)
			contact_key, user_id, phone, username, full_name, first_name, saved_at
		FROM jsonb_to_recordset(incoming) AS given (
			contact_key text, user_id text, phone text, username text, full_name text, first_name text,
			saved_at timestamptz
		)
		WHERE saved_at IS NOT NULL
		ORDER BY contact_key, saved_at DESC, full_name DESC
		ON CONFLICT (key) DO UPDATE SET
			user_id = coalesce(excluded.user_id, known.user_id),
			phone = coalesce(excluded.phone, known.phone),
			username = excluded.username,
			full_name = excluded.full_name,
			first_name = excluded.first_name,
			saved_at = excluded.saved_at
		WHERE known.saved_at IS NULL
			OR (excluded.saved_at, excluded.full_name) > (known.saved_at, known.full_name);

		INSERT INTO whatsapp_address_book AS known (key, user_id, phone, removed_at)
		SELECT contact_key, min(user_id), min(phone), max(changed_at)
		FROM jsonb_to_recordset(incoming) AS given (
			contact_key text, user_id text, phone text, in_address_book boolean, changed_at timestamptz
		)
		WHERE NOT in_address_book
		GROUP BY contact_key
		ON CONFLICT (key) DO UPDATE SET
			user_id = coalesce(known.user_id, excluded.user_id),
			phone = coalesce(known.phone, excluded.phone),
			removed_at = greatest(known.removed_at, excluded.removed_at);
	END IF;

	INSERT INTO whatsapp_people
	SELECT DISTINCT ON (key) key, contact_key
	FROM jsonb_to_recordset(people) AS one (keys text[], contact_key text), unnest(keys) AS key
	ORDER BY key, contact_key DESC
	ON CONFLICT DO NOTHING;

	FOR one_person IN
		SELECT keys FROM jsonb_to_recordset(people) AS one (keys text[])
		WHERE (
			SELECT count(DISTINCT contact_key) FROM whatsapp_people WHERE key = ANY (keys)
		) > 1
	LOOP
		UPDATE whatsapp_people SET contact_key = (
			SELECT max(contact_key COLLATE "C") FROM whatsapp_people WHERE key = ANY (one_person)
		)
		WHERE contact_key IN (SELECT contact_key FROM whatsapp_people WHERE key = ANY (one_person));
	END LOOP;
END
$save$;

-- The phone's address book, one row for each person, with the name that was saved last.
CREATE OR REPLACE VIEW whatsapp_contacts AS
SELECT DISTINCT ON (contact_key)
	contact_key,
	max(user_id) OVER person AS user_id,
	phone,
	username,
	full_name,
	first_name,
	saved_at,
	bool_or(coalesce(saved_at >= coalesce(removed_at, '-infinity'), false)) OVER person AS in_address_book
FROM whatsapp_address_book JOIN whatsapp_people USING (key)
WINDOW person AS (PARTITION BY contact_key)
ORDER BY contact_key, saved_at DESC NULLS LAST, key;

-- What a person wants to read: who wrote what, with edits and deletions applied.
CREATE OR REPLACE VIEW whatsapp_inbox AS
SELECT
	sent_at,
	coalesce(
		nullif(full_name, ''), messages.contact_name, messages.contact_phone, nullif(username, ''), contact_key
	) AS contact,
	direction,
	type,
	CASE WHEN deleted_at IS NULL THEN coalesce(edited_text, text) END AS text,
	edited_at IS NOT NULL AS edited,
	deleted_at IS NOT NULL AS deleted,
	wamid,
	contact_key
FROM whatsapp_messages AS messages
LEFT JOIN whatsapp_people ON key = coalesce(contact_user_id, contact_phone)
LEFT JOIN whatsapp_contacts USING (contact_key);
