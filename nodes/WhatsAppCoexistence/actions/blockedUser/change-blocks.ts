import {
	UserError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';

import { readEnteredContact } from '../../events/entered-contact';
import { changeBlocks, type BlockedPerson, type BlockOutcome } from '../../graph/blocked-users';
import type { Graph } from '../../graph/client';
import { lookUp } from '../../graph/error-catalogue';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';

const users: INodeProperties = {
	displayName: 'Users',
	name: 'users',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +34 600 333 444',
	description:
		'Phone numbers with country code or user IDs, several with commas between them. Of an event of the trigger, drag its field “contact.key” here.',
};

export const blockProperties: INodeProperties[] = [phoneNumberIdProperty, users];

const MOST_AT_ONCE = 1_000;

/**
 * Blocks or unblocks the people of the item; one outcome for each.
 *
 * @throws UserError where it was done for none of them
 */
export async function changeBlocksOf(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	block: boolean,
): Promise<IDataObject[]> {
	const people = peopleIn(context.getNodeParameter(users.name, itemIndex));
	const outcomes = await changeBlocks(
		graph,
		phoneNumberIdOf(context, itemIndex),
		block ? 'POST' : 'DELETE',
		people,
		itemIndex,
	);
	const told = outcomes.map((outcome) => tell(outcome, block));
	const [first] = told;
	if (first !== undefined && outcomes.every(({ errors }) => errors !== undefined)) {
		throw new UserError(`Nobody was ${block ? 'blocked' : 'unblocked'}: ${first.problem}`, {
			description: first.advice ?? undefined,
		});
	}
	return told;
}

function peopleIn(entered: unknown): BlockedPerson[] {
	const people = (Array.isArray(entered) ? entered : String(entered ?? '').split(','))
		.map((one) => String(one).trim())
		.filter((one) => one !== '');
	if (people.length === 0) {
		throw new UserError('“Users” is empty', {
			description:
				'Where an expression gives nothing, check that the field it names exists in this item.',
		});
	}
	if (people.length > MOST_AT_ONCE) {
		throw new UserError(
			`“Users” has ${people.length} entries; Meta takes ${MOST_AT_ONCE} at once`,
			{
				description: 'Split them into several items.',
			},
		);
	}
	return people.map((one) => {
		const { phone, userId, fault } = readEnteredContact(one);
		if (userId !== undefined) return { user_id: userId };
		if (phone !== undefined) return { user: phone };
		throw new UserError(`“${one}” in “Users” is neither a phone number nor a user ID`, {
			description: `As a phone number, it ${fault}.`,
		});
	});
}

function tell({ input, wa_id, user_id, errors }: BlockOutcome, block: boolean) {
	const error = errors?.at(0);
	const known = error?.code === undefined ? undefined : lookUp(error.code);
	return {
		user: input ?? wa_id ?? user_id ?? null,
		waId: wa_id ?? user_id ?? null,
		done: error === undefined,
		blocked: error === undefined ? block : null,
		code: error?.code ?? null,
		problem: error === undefined ? null : (error.error_data?.details ?? error.message ?? 'unknown'),
		advice:
			error === undefined
				? null
				: error.code === NOT_WRITTEN
					? 'Only somebody who has written to the number in the last 24 hours can be blocked.'
					: (known?.advice ?? 'Search for the code in Meta’s list of WhatsApp error codes.'),
	};
}

/** Of a message, this means that only a template may be sent. */
const NOT_WRITTEN = 131047;
