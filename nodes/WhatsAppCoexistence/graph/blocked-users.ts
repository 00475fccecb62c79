import type { Graph } from './client';
import { listAll } from './list-all';

/**
 * What has become of one person: `wa_id` or `user_id` where Meta knows them, `errors` where they were not
 * blocked or unblocked.
 */
export interface BlockOutcome {
	input?: string;
	wa_id?: string;
	user_id?: string;
	errors?: Array<{ code?: number; message?: string; error_data?: { details?: string } }>;
}

/** By phone number, as in `+34600333444`, or by user ID. */
export type BlockedPerson = { user: string } | { user_id: string };

/** Some were not blocked, or none; the answer says which. */
const IN_PART = 139100;

interface Answer {
	block_users?: {
		added_users?: BlockOutcome[];
		removed_users?: BlockOutcome[];
		failed_users?: BlockOutcome[];
	};
}

/**
 * Blocks people, or unblocks them. Doing it twice does no harm.
 *
 * @param people 1 to 1,000
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users
 */
export async function changeBlocks(
	graph: Graph,
	phoneNumberId: string,
	method: 'DELETE' | 'POST',
	people: BlockedPerson[],
	itemIndex: number,
): Promise<BlockOutcome[]> {
	const { block_users: outcome = {} } = await graph.call<Answer>({
		method,
		path: pathOf(phoneNumberId),
		body: { messaging_product: 'whatsapp', block_users: people },
		repeatable: true,
		partialSuccess: IN_PART,
		itemIndex,
	});
	const {
		added_users: added = [],
		removed_users: removed = [],
		failed_users: failed = [],
	} = outcome;
	return [...added, ...removed, ...failed];
}

/** Everybody whom the number has blocked; of more than `most`, at least so many. */
export async function listBlocked(
	graph: Graph,
	phoneNumberId: string,
	most?: number,
): Promise<BlockOutcome[]> {
	const entries = await listAll<BlockOutcome & { block_users?: BlockOutcome[] }>(
		graph,
		pathOf(phoneNumberId),
		{},
		most,
	);
	return entries.flatMap((entry) => entry.block_users ?? [entry]);
}

function pathOf(phoneNumberId: string): string {
	return `/${phoneNumberId}/block_users`;
}
