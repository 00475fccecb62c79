import { sleep, type IDataObject } from 'n8n-workflow';

import type { Operation } from '../operation';
import { phoneNumberIdOf } from '../phone-number-id';
import { readOnboarding } from './onboarding';
import {
	AlreadyRequested,
	holdsForBoth,
	PAUSE_MS,
	requestSync,
	wasAlreadyRequested,
	type SyncRequest,
} from './request-sync';
import { requestsAgain, syncProperties } from './sync-properties';
import type { Sync } from './sync-type';

/** What has become of one of the two. */
type Outcome = { request: SyncRequest; error?: undefined } | { request?: undefined; error: Error };

/**
 * Requests the contacts, then the history: Meta wants them in this order, as the history names people
 * by what the contacts say. Each can be had only in the 24 hours after onboarding, so the history is
 * requested whatever has become of the contacts, unless it would be refused for the same reason. What
 * was requested before is passed over, so that the operation can be run again for the rest.
 */
export const requestBoth: Operation = {
	name: 'Request Contacts and History',
	description: 'Ask Meta for the contacts and then the old chats of the phone',
	action: 'Request the contacts and history syncs',
	properties: syncProperties,
	async execute(context, graph, itemIndex) {
		const again = requestsAgain(context, itemIndex);
		const onboarding = await readOnboarding(graph, phoneNumberIdOf(context, itemIndex), itemIndex);
		const request = async (sync: Sync): Promise<Outcome> =>
			await requestSync(context, graph, itemIndex, { onboarding, sync, again }).then(
				(sent) => ({ request: sent }),
				(error: Error) => ({ error }),
			);

		const contacts = await request('contacts');
		if (contacts.error !== undefined && holdsForBoth(contacts.error)) throw contacts.error;
		if (!(contacts.error instanceof AlreadyRequested) && !graph.rehearses) {
			await sleep(PAUSE_MS, context.getExecutionCancelSignal());
		}
		const history = await request('history');
		return taken(contacts, history);
	},
};

/** @throws where one was refused, telling what has become of the other; or where both were requested before */
function taken(contacts: Outcome, history: Outcome): IDataObject[] {
	const [ofContacts, ofHistory] = [contacts, history].map(refusalOf);
	if (ofContacts) throw alsoTelling(ofContacts, 'history was', history);
	if (ofHistory) throw alsoTelling(ofHistory, 'contacts were', contacts);
	const requests = [contacts, history].flatMap(({ request }) => request ?? []);
	if (contacts.error !== undefined && requests.length === 0) throw contacts.error;
	return requests;
}

/** Undefined where Meta took it, now or before. */
function refusalOf({ error }: Outcome): Error | undefined {
	return error === undefined || wasAlreadyRequested(error) ? undefined : error;
}

function alsoTelling(error: Error, other: string, outcome: Outcome): Error {
	const { description } = error as { description?: string | null };
	return Object.assign(error, {
		description: [description, `The ${other} ${fate(outcome)}.`].filter(Boolean).join(' '),
	});
}

function fate({ request, error }: Outcome): string {
	if (request !== undefined) {
		const id = request.requestId === null ? '' : ` (request ID ${request.requestId})`;
		return `requested${id}`;
	}
	return wasAlreadyRequested(error) ? 'requested before' : `refused too: ${error.message}`;
}
