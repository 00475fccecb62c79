import type { IDataObject } from 'n8n-workflow';

import { readHealth, sendingVerdict, type HealthStatus } from '../../graph/health';
import { readPhoneNumber } from '../../graph/phone-numbers';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { isSimplified, simplified, simplifyProperty } from './simplify';

export const get: Operation = {
	name: 'Get',
	description:
		'Get one number: whether it is in coexistence and can send, its quality and its limits',
	action: 'Get a phone number',
	properties: [phoneNumberIdProperty, simplifyProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const [number, health] = await Promise.all([
			readPhoneNumber(graph, phoneNumberId, itemIndex),
			// Worth knowing, and no reason to give nothing where Meta does not tell it.
			readHealth(graph, phoneNumberId).catch((): HealthStatus => ({})),
		]);
		return isSimplified(context, itemIndex)
			? { ...simplified(number), ...sending(health) }
			: { ...number, health_status: health as IDataObject };
	},
};

/** Whether the number can send, and why not or what limits it, in words. */
function sending(health: HealthStatus): IDataObject {
	const { state, finding, remedy } = sendingVerdict(health);
	return {
		canSend: state === null ? null : state !== 'blocked',
		sendingVerdict: [finding, remedy].filter(Boolean).join(' '),
	};
}
