import { sleep, UserError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import type { Graph } from '../../graph/client';
import { GraphApiError } from '../../graph/errors';
import { postSync } from '../../graph/smb-app-data';
import type { Onboarding } from './onboarding';
import { findRequest, forgetRequest, noteRequest, type SentRequest } from './sent-requests';
import { SYNCS, type Sync } from './sync-type';

const ALREADY_REQUESTED = 2593107;
const TOO_LATE = 2593108;
/** Of a sync, this general refusal means that the owner is still confirming in the app. */
const OWNER_NOT_DONE = 135000;

/** What production code leaves between two requests for syncs; Meta does not say. */
export const PAUSE_MS = 5_000;
/** How often it is asked while the owner is confirming: for a minute. */
const TRIES = 13;

/** A request that Meta took. */
export interface SyncRequest extends IDataObject {
	phoneNumberId: string;
	sync: Sync;
	/** What Meta's support asks for. */
	requestId: string | null;
	/** ISO 8601. */
	requestedAt: string;
	/** Until when the other sync can be requested, ISO 8601; null where Meta does not say. */
	windowClosesAt: string | null;
}

/** The sync was requested before, in this onboarding. Nothing was sent. */
export class AlreadyRequested extends UserError {}

/**
 * Asks Meta to send the phone's contacts or its chat history to the webhook.
 *
 * Meta takes each request once per onboarding, within 24 hours of it. The answer only says that the
 * request was taken: what was asked for arrives at the trigger, or, where the owner refused, a
 * `history.declined` event does. The request is repeated only while Meta says that the owner has not
 * finished in the app, and one whose outcome is unknown counts as sent.
 *
 * @param again sends it although it was requested before
 * @throws AlreadyRequested, or GraphApiError with Meta's reason
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
 */
export async function requestSync(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	{ onboarding, sync, again }: { onboarding: Onboarding; sync: Sync; again: boolean },
): Promise<SyncRequest> {
	if (!onboarding.inCoexistence) throw notInCoexistence();
	if (graph.rehearses)
		return await rehearseSync(context, graph, itemIndex, { onboarding, sync, again });
	if (again) await forgetRequest(context, onboarding, sync);
	const { noted, earlier } = await noteRequest(context, onboarding, sync);
	if (noted === undefined) throw alreadyRequested(sync, earlier);
	const ask = async () => await postSync(graph, onboarding.phoneNumberId, SYNCS[sync], itemIndex);
	const requestId = await untilOwnerIsDone(context, ask).catch(async (error: Error) => {
		const refusal = error instanceof GraphApiError ? error.graph : undefined;
		if (refusal?.outcomeUnknown) noted.outcome = 'unknown';
		else if (refusal?.code === ALREADY_REQUESTED) noted.outcome = 'accepted';
		else await forgetRequest(context, onboarding, sync);
		throw error;
	});
	noted.outcome = 'accepted';
	noted.requestId = requestId;
	return {
		phoneNumberId: onboarding.phoneNumberId,
		sync,
		requestId: noted.requestId,
		requestedAt: noted.requestedAt,
		windowClosesAt: onboarding.windowClosesAt,
	};
}

/** As {@link requestSync}, without a note that there was a request: it can still be made. */
async function rehearseSync(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	{ onboarding, sync, again }: { onboarding: Onboarding; sync: Sync; again: boolean },
): Promise<SyncRequest> {
	const earlier = again ? undefined : await findRequest(context, onboarding, sync);
	if (earlier !== undefined) throw alreadyRequested(sync, earlier);
	const { phoneNumberId, windowClosesAt } = onboarding;
	const requestId = await postSync(graph, phoneNumberId, SYNCS[sync], itemIndex);
	const requestedAt = new Date().toISOString();
	return { phoneNumberId, sync, requestId, requestedAt, windowClosesAt };
}

async function untilOwnerIsDone<T>(context: IExecuteFunctions, ask: () => Promise<T>): Promise<T> {
	for (let tries = 1; ; tries++) {
		const outcome = await ask().then(
			(answer) => ({ answer, error: undefined }),
			(refusal: Error) => ({ error: refusal }),
		);
		if (outcome.error === undefined) return outcome.answer;
		const { error } = outcome;
		if (!isOwnerNotDone(error)) throw error;
		if (tries === TRIES) throw ownerNotDone(context, error);
		await sleep(PAUSE_MS, context.getExecutionCancelSignal());
	}
}

function isOwnerNotDone(error: unknown): error is GraphApiError {
	return error instanceof GraphApiError && error.graph.code === OWNER_NOT_DONE;
}

function ownerNotDone(context: IExecuteFunctions, { graph }: GraphApiError): GraphApiError {
	return new GraphApiError(context.getNode(), {
		...graph,
		meaning: 'The owner has not finished connecting in the WhatsApp Business app',
		advice:
			'Meta did not take the request for a minute. Let the owner confirm in the app, wait until it shows the connection, and run this again; there are 24 hours for it.',
	});
}

/** Whether the other sync would be refused for the same reason, so that asking for it is in vain. */
export function holdsForBoth(error: unknown): boolean {
	if (!(error instanceof GraphApiError)) return !(error instanceof AlreadyRequested);
	return error.graph.code === TOO_LATE || error.graph.code === OWNER_NOT_DONE;
}

/** Whether the sync was requested before, according to our memory or to Meta. */
export function wasAlreadyRequested(error: unknown): boolean {
	if (error instanceof AlreadyRequested) return true;
	return error instanceof GraphApiError && error.graph.code === ALREADY_REQUESTED;
}

function notInCoexistence(): UserError {
	return new UserError('This number is not in coexistence, so it has nothing to sync', {
		description:
			'It is not used in the WhatsApp Business app and on the Cloud API at the same time. Let the owner go through Embedded Signup with the number of the app; Phone Number > Get shows when it is done.',
	});
}

function alreadyRequested(sync: Sync, earlier: SentRequest | true): AlreadyRequested {
	return new AlreadyRequested(
		`The ${sync === 'contacts' ? 'contacts were' : 'history was'} requested before, so nothing was sent`,
		{
			description: `${describe(earlier)} Meta takes this request once per onboarding, and a second one can harm the connection to the phone. What was asked for arrives at the trigger; Sync > Get Status tells how far it is. Only if the owner has disconnected and onboarded again since, switch on the option “Request Again”.`,
		},
	);
}

function describe(earlier: SentRequest | true): string {
	if (earlier === true) return 'This workflow sent it in an earlier execution.';
	switch (earlier.outcome) {
		case 'pending':
			return `It was sent at ${earlier.requestedAt} and Meta has not answered yet.`;
		case 'unknown':
			return `It was sent at ${earlier.requestedAt}, and no answer told whether Meta took it. Wait for what arrives.`;
		case 'accepted':
			return `It was sent at ${earlier.requestedAt}${earlier.requestId === null ? '' : `; its request ID is ${earlier.requestId}`}.`;
	}
}
