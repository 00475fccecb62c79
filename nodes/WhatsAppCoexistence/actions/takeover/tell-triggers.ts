import {
	UserError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';

import {
	mayBeTrigger,
	sendTakeover,
	takeoverBody,
	type TakeoverOutcome,
	type TakeoverRequest,
} from '../../callbacks/takeover-request';
import { readEnteredContact } from '../../events/entered-contact';
import { CREDENTIAL, type CoexistenceCredential, type Graph } from '../../graph/client';
import { callbackUrlOf, readPhoneNumber } from '../../graph/phone-numbers';
import { rehearsed } from '../../graph/rehearsal';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';

const customerProperty: INodeProperties = {
	displayName: 'Customer',
	name: 'customer',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +34 600 333 444',
	description:
		'Phone number with country code, or user ID. Of an event of the trigger, drag its field “contact.key” here.',
};

/** Whose takeover it is: the number of the business and the customer. */
export const whoseProperties: INodeProperties[] = [phoneNumberIdProperty, customerProperty];

/**
 * Tells every trigger of the number, wherever it runs, that a takeover begins or ends.
 *
 * @param until Unix ms; `at` where it ends, null where it lasts until it is ended
 * @throws UserError where it cannot be told
 */
export async function tellTriggers(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	{ at, until }: Pick<TakeoverRequest, 'at' | 'until'>,
): Promise<IDataObject> {
	const phoneNumberId = phoneNumberIdOf(context, itemIndex);
	const contact = contactOf(String(context.getNodeParameter('customer', itemIndex) ?? ''));
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	const callbackUrl = callbackUrlOf(await readPhoneNumber(graph, phoneNumberId, itemIndex));
	if (callbackUrl === null || !mayBeTrigger(callbackUrl)) throw noTrigger(callbackUrl);

	const request: TakeoverRequest = { phoneNumberId, contact, at, until };
	if (graph.rehearses) {
		const body = JSON.parse(takeoverBody(request)) as IDataObject;
		return rehearsed([{ method: 'POST', url: callbackUrl, body }]);
	}
	const outcome = await sendTakeover(context, callbackUrl, request, appSecret);
	if (outcome.outcome !== 'noted') throw notTaken(callbackUrl, outcome);
	const active = until !== at;
	return {
		active,
		since: active ? new Date(at).toISOString() : null,
		until: active && until !== null ? new Date(until).toISOString() : null,
		customer: contact.userId ?? contact.phone,
		phoneNumberId,
		callbackUrl,
	};
}

function contactOf(entered: string): TakeoverRequest['contact'] {
	const { phone, userId, fault } = readEnteredContact(entered);
	if (userId !== undefined) return { userId };
	if (phone !== undefined) return { phone: phone.replace('+', '') };
	throw new UserError(`“Customer” is neither a user ID nor a phone number: it ${fault}`, {
		description:
			'Enter a phone number with country code, such as +34 600 333 444, or a user ID, such as ES.4815162342ABC.',
	});
}

function noTrigger(callbackUrl: string | null): UserError {
	return new UserError('No WhatsApp Coexistence Trigger receives the events of this number', {
		description:
			callbackUrl === null
				? 'No callback is registered at Meta. Publish the workflow that has the trigger.'
				: `They go to ${callbackUrl}. Publish the workflow that has the trigger, or run Connection > Diagnose.`,
	});
}

function notTaken(callbackUrl: string, outcome: TakeoverOutcome): UserError {
	switch (outcome.outcome) {
		case 'unreachable':
			return new UserError('This n8n cannot reach the trigger, so it was not told', {
				description: `The trigger is at ${callbackUrl}: ${outcome.reason}. n8n has to reach its own public address.`,
			});
		case 'refused':
			return new UserError('The trigger did not take it', {
				description: `${callbackUrl} answered with HTTP status ${outcome.status}. Check that a WhatsApp Coexistence Trigger with this very credential is published there; Connection > Diagnose tells more.`,
			});
		default:
			return new UserError('The trigger keeps no account of takeovers', {
				description:
					'Its “Human Takeover (Minutes)” is 0, and no words begin or end one. Set one of them in the trigger, and publish it.',
			});
	}
}
