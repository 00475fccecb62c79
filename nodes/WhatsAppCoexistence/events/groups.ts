import type { TriggerEvent } from './schema';

/** The outputs of the trigger, in the order in which they always appear. */
export const OUTPUT_GROUPS = [
	'history',
	'contacts',
	'echoes',
	'inbound',
	'statuses',
	'account',
] as const;

export type OutputGroup = (typeof OUTPUT_GROUPS)[number];

/** The output that each event belongs to. */
export const GROUP_OF_EVENT: Record<TriggerEvent['event'], OutputGroup> = {
	'history.message': 'history',
	'history.media': 'history',
	'history.progress': 'history',
	'history.declined': 'history',
	'history.thread': 'history',
	'history.chunk': 'history',
	'contact.saved': 'contacts',
	'contact.removed': 'contacts',
	'echo.message': 'echoes',
	'echo.edited': 'echoes',
	'echo.revoked': 'echoes',
	'inbound.message': 'inbound',
	'inbound.edited': 'inbound',
	'inbound.revoked': 'inbound',
	'inbound.system': 'inbound',
	'message.status': 'statuses',
	'account.connected': 'account',
	'account.disconnected': 'account',
	'account.offboarded': 'account',
	'account.reconnected': 'account',
	'account.updated': 'account',
	'webhook.error': 'account',
	unrecognized: 'account',
};
