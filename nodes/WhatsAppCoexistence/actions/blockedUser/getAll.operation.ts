import { listBlocked } from '../../graph/blocked-users';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { limitOf, limitProperties } from '../result-limit';

export const getAll: Operation = {
	name: 'Get Many',
	description: 'Get the people whom the number has blocked',
	action: 'Get many blocked users',
	properties: [phoneNumberIdProperty, ...limitProperties],
	async execute(context, graph, itemIndex) {
		const limit = limitOf(context, itemIndex);
		const blocked = await listBlocked(graph, phoneNumberIdOf(context, itemIndex), limit);
		return blocked
			.slice(0, limit)
			.map(({ wa_id, user_id }) => ({ waId: wa_id ?? user_id ?? null }));
	},
};
