import { sendText } from './message/sendText.operation';
import type { Resource } from './operation';
import { requestContacts } from './sync/requestContacts.operation';
import { requestHistory } from './sync/requestHistory.operation';

/** Everything the action node can do: a new operation is one file and one line here. */
export const RESOURCES: Record<string, Resource> = {
	message: { name: 'Message', operations: { sendText } },
	sync: { name: 'Sync', operations: { requestContacts, requestHistory } },
};
