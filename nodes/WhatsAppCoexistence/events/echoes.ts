import type { Change } from './change';
import { resolvePerson, type Profiles } from './contact';
import type { JsonObject } from './json';
import { messageType } from './message';
import { messageEvent } from './message-event';
import type { CoexistenceEvent } from './schema';
import { forEachItem } from './unrecognized';

/**
 * What the owner typed, edited or deleted on the phone.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes
 */
export function parseEchoes(
	change: Change,
	echoes: unknown,
	profiles: Profiles,
	events: CoexistenceEvent[],
): void {
	forEachItem(change, echoes, events, (raw) => {
		events.push(echoEvent(change, raw, profiles));
	});
}

export function echoEvent(change: Change, raw: JsonObject, profiles: Profiles): CoexistenceEvent {
	const person = resolvePerson(raw.to, raw.to_user_id, raw.to_parent_user_id, profiles);
	return messageEvent(echoKind(messageType(raw)), change, raw, person, true, undefined);
}

function echoKind(type: string) {
	if (type === 'edit') return 'echo.edited';
	if (type === 'revoke') return 'echo.revoked';
	return 'echo.message';
}
