import { UserError, type INodeProperties } from 'n8n-workflow';

import type { Graph, GraphRequest } from '../graph/client';

const businessToken: INodeProperties = {
	displayName: 'Business Token',
	name: 'token',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description:
		'The token that Exchange Code has given, by an expression that reads it from where you keep it. Without this field the token of the credential is used.',
};

const businessAccountId: INodeProperties = {
	// “WhatsApp Business Account ID” would be cut off.
	displayName: 'Business Account ID',
	name: 'wabaId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 102290129340398',
	description:
		'ID of the WhatsApp Business Account: the waba_id that Embedded Signup gives to the page it runs on',
};

/** Whose account an operation is about: the credential's, or that of a business that has signed up. */
export const otherAccountProperty: INodeProperties = {
	displayName: 'Other Account',
	name: 'target',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description:
		'For a business that has signed up through your app. Without it the account of the credential is meant.',
	options: [businessToken, businessAccountId],
};

/** What was filled in; undefined where the credential's is meant. */
export interface OtherAccount {
	token?: string | undefined;
	wabaId?: string | undefined;
}

/**
 * Reads the parameter. A field that was added and is empty, such as by an expression that finds
 * nothing, is refused: with the credential's token in its place the wrong business would write.
 *
 * @param entered the value of `otherAccountProperty`
 * @throws UserError for an empty field
 */
export function otherAccountOf(entered: unknown): OtherAccount {
	const fields = (entered ?? {}) as Record<string, unknown>;
	const read = ({ name, displayName }: INodeProperties) => {
		if (!(name in fields)) return undefined;
		const text = String(fields[name] ?? '').trim();
		if (text !== '') return text;
		throw new UserError(`“Other Account > ${displayName}” is empty`, {
			description:
				'Where an expression gives nothing, check that the field it names exists in this item. For the account of the credential, take the field away.',
		});
	};
	return { token: read(businessToken), wabaId: read(businessAccountId) };
}

/** The Graph API for that account; Meta's limits for sending count per number, whoever's token it is. */
export function graphOf(graph: Graph, { token, wabaId }: OtherAccount, itemIndex?: number): Graph {
	if (token === undefined && wabaId === undefined) return graph;
	const asBusiness = ({ as = 'business', ...request }: GraphRequest): GraphRequest => ({
		...request,
		as: as === 'business' && token !== undefined ? { token } : as,
	});
	return {
		...graph,
		businessAccountId: wabaId ?? graph.businessAccountId,
		call: async (request) => await graph.call({ itemIndex, ...asBusiness(request) }),
	};
}
