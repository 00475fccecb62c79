/** https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users */
import { z } from 'zod';
import { GraphError, invalidParameter } from '../graph-errors.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';
import { page } from './paging.mts';

const LAST_WROTE_MS = 24 * 60 * 60 * 1000;

const bodySchema = z
	.object({
		messaging_product: z.literal('whatsapp'),
		block_users: z
			.array(
				z.union([
					z.object({ user: z.string().min(1) }).strict(),
					z.object({ user_id: z.string().min(1) }).strict(),
				]),
			)
			.min(1)
			.max(1000),
	})
	.strict();

/** `GET /<PHONE_ID>/block_users` */
export function readBlocked(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_messaging');
	return page(
		call,
		call.node.blocked.map((key) => ({ messaging_product: 'whatsapp', ...named(key) })),
	);
}

/** `POST /<PHONE_ID>/block_users`: those who have written in the last 24 hours. */
export function blockUsers(call: GraphCall<'phoneNumber'>) {
	const { node: number, simulation } = call;
	return change(call, 'added_users', (key) => {
		const wroteAt = number.lastInboundAt[key];
		if (wroteAt === undefined || simulation.clock.now() - wroteAt > LAST_WROTE_MS) {
			return {
				message: 'Re-engagement required',
				code: 131047,
				error_data: { details: 'User has not messaged in the last 24 hours' },
			};
		}
		if (!number.blocked.includes(key)) number.blocked.push(key);
		return undefined;
	});
}

/** `DELETE /<PHONE_ID>/block_users` */
export function unblockUsers(call: GraphCall<'phoneNumber'>) {
	const { node: number } = call;
	return change(call, 'removed_users', (key) => {
		number.blocked = number.blocked.filter((other) => other !== key);
		return undefined;
	});
}

function change(
	call: GraphCall<'phoneNumber'>,
	list: 'added_users' | 'removed_users',
	apply: (key: string) => object | undefined,
) {
	requireScope(call, 'whatsapp_business_messaging');
	const parsed = bodySchema.safeParse(call.body);
	if (!parsed.success) throw invalidParameter('Param block_users must be a list of users.');
	const done: object[] = [];
	const failed: object[] = [];
	for (const entry of parsed.data.block_users) {
		const input = 'user' in entry ? entry.user : entry.user_id;
		const key = input.replace(/^\+/, '');
		const error = apply(key);
		const person = { input, ...named(key) };
		if (error === undefined) done.push(person);
		else failed.push({ ...person, errors: [error] });
	}
	const answer = { messaging_product: 'whatsapp', block_users: { [list]: done } };
	if (failed.length === 0) return answer;
	const fault = new GraphError(139100, '(#139100) Failed to block/unblock users', {
		details: 'Failed to block some users, see the block_users response list for details',
	});
	call.reply.code(fault.status);
	return {
		...answer,
		block_users: { ...answer.block_users, failed_users: failed },
		...fault.body(call.simulation.codePlace),
	};
}

function named(key: string): { user_id: string } | { wa_id: string } {
	return key.includes('.') ? { user_id: key } : { wa_id: key };
}
