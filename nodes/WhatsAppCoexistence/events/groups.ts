import type { TriggerEvent } from './schema';

/** The groups of events and what people call them. The trigger has one output for each, in this order. */
export const GROUP_NAMES = {
	history: 'History',
	contacts: 'Contacts',
	echoes: 'Echoes',
	inbound: 'Inbound',
	statuses: 'Statuses',
	account: 'Account',
} as const;

export type OutputGroup = keyof typeof GROUP_NAMES;

export const OUTPUT_GROUPS = Object.keys(GROUP_NAMES) as OutputGroup[];

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
	'call.updated': 'account',
	'group.updated': 'account',
	'customer.acted': 'account',
	'webhook.error': 'account',
	unrecognized: 'account',
};
