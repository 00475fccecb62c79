import { z } from 'zod';

/**
 * The columns of rows, written once: see `rowOf` for what a row is. A column is left out where its
 * event does not know it. Dates are ISO 8601 in UTC, as n8n's data tables and PostgreSQL read them.
 */

const text = (description: string) => z.string().optional().describe(description);

export const messageRowSchema = z
	.object({
		wamid: z
			.string()
			.describe(
				'WhatsApp message ID, the key of the row; of an edit or a deletion, the original’s',
			),
		sent_at: text('When it was sent'),
		contact_key: text('The other party: the user ID, else the phone digits'),
		contact_phone: text('Phone digits of the other party'),
		contact_user_id: text('User ID of the other party'),
		contact_name: text('Name that the person chose for their own profile'),
		previous_phone: text('Phone digits until now, where the message says that they changed'),
		previous_user_id: text('User ID until now, where the message says that it changed'),
		group_id: text('ID of the group, when written in a group'),
		direction: text('inbound: from the other party; outbound: from the business'),
		author: text('Who wrote it, as in the events'),
		type: text('Meta’s message type. Of an old photo or file it comes with its media.'),
		text: text('The text a person would read'),
		reply_to: text('wamid of the message that it quotes, answers or reacts to'),
		media_id: text('Media ID to download the file with; valid for 7 days'),
		media_type: text('MIME type of the file'),
		media_file_name: text('File name of a document'),
		from_history: z
			.literal(true)
			.optional()
			.describe('True where the message came with the history; left out elsewhere'),
		edited_text: text('The text after the newest edit; empty where the edit left none'),
		edited_at: text('When the newest edit was made'),
		deleted_at: text('When it was deleted'),
		delivered_at: text('When it was delivered'),
		read_at: text('When it was read'),
		played_at: text('When the voice note was played'),
		failed_at: text('When it failed'),
		failure: text('Why it failed'),
		failure_code: z.number().optional().describe('Meta’s error code of the failure'),
		phone_number_id: text('ID of the business’s phone number'),
	})
	.strict()
	.describe('A message, or what an edit, a deletion, its media or a status adds to it');

export const contactRowSchema = z
	.object({
		contact_key: z
			.string()
			.describe('The key of the row: the user ID of the person, else the phone digits'),
		phone: text('Phone digits'),
		user_id: text('User ID'),
		previous_phone: text('Phone digits until now, where they changed'),
		previous_user_id: text('User ID until now, where it changed'),
		username: text('WhatsApp username, without the @; empty where there is none'),
		full_name: text('Full name in the phone’s address book; empty where there is none'),
		first_name: text('First name in the phone’s address book; empty where there is none'),
		saved_at: text('When this name was saved'),
		in_address_book: z
			.boolean()
			.optional()
			.describe('True when the phone saved the person, false when it removed the person'),
		changed_at: text('When the phone saved or removed the person'),
	})
	.strict()
	.describe(
		'A person: as the phone’s address book has them, or the phone number and user ID of whom a message is from or to',
	);

export type MessageRow = z.infer<typeof messageRowSchema>;
export type ContactRow = z.infer<typeof contactRowSchema>;
export type Row = MessageRow | ContactRow;
