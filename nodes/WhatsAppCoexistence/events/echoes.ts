import type { Change } from './change';
import { resolveContact } from './contact';
import type { JsonObject } from './json';
import { liveMessageEvent } from './live-message';
import { messageType, readMessage } from './message';
import type { CoexistenceEvent, Contact } from './schema';
import { forEachItem } from './unrecognized';

/**
 * What the owner typed, edited or deleted on the phone.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes
 */
export function parseEchoes(
	change: Change,
	echoes: unknown,
	profiles: readonly Contact[],
	events: CoexistenceEvent[],
): void {
	const isOnlyItem = Array.isArray(echoes) && echoes.length === 1;
	forEachItem(change, echoes, events, (raw) => {
		events.push(echoEvent(change, raw, profiles, isOnlyItem));
	});
}

export function echoEvent(
	change: Change,
	raw: JsonObject,
	profiles: readonly Contact[],
	isOnlyItem: boolean,
): CoexistenceEvent {
	const message = readMessage(raw);
	const contact = resolveContact(
		raw.to,
		raw.to_user_id,
		raw.to_parent_user_id,
		profiles,
		isOnlyItem,
	);
	return liveMessageEvent(echoKind(messageType(raw)), change, raw, message, contact);
}

function echoKind(type: string) {
	if (type === 'edit') return 'echo.edited';
	if (type === 'revoke') return 'echo.revoked';
	return 'echo.message';
}
