import { describe, expect, it } from '@jest/globals';

import { recipientOf } from '../../../nodes/WhatsAppCoexistence/actions/recipient';

describe('recipientOf', () => {
	it.each([
		['+34600333444', '+34600333444'],
		['34600333444', '34600333444'],
		[' +34 600 33-34.44 ', '+34600333444'],
		['(34) 600333444', '34600333444'],
	])('sends to the phone number %j', (entered, to) => {
		expect(recipientOf(entered)).toEqual({ recipient_type: 'individual', to });
	});

	it.each(['ES.4815162342ABC', 'ES.ENT.99887766', ' US.13491208655302741918 '])(
		'never puts the user ID %j into `to`, where Meta would lose the message',
		(entered) => {
			expect(recipientOf(entered)).toEqual({
				recipient_type: 'individual',
				recipient: entered.trim(),
			});
		},
	);

	it('tells a group ID by its form: Base64 of capi_group, the business number and the group', () => {
		const groupId = Buffer.from('capi_group:34600111222:120363000000000001').toString('base64');
		expect(recipientOf(groupId)).toEqual({ recipient_type: 'group', to: groupId });
		expect(recipientOf(`${groupId.replace(/=+$/, '')}ZD`)).toMatchObject({
			recipient_type: 'group',
		});
	});

	it.each(['', ' '])('says that %j is empty', (entered) => {
		expect(() => recipientOf(entered)).toThrow('“To” is empty');
	});

	it.each(['Marta', '12345', '+34 600 333 444 555 666', 'es.4815162342ABC', 'wamid.HBgLMzQ2'])(
		'refuses %j and names the field and what was entered',
		(entered) => {
			expect(() => recipientOf(entered)).toThrow('“To” is neither');
			expect(() => recipientOf(entered)).toThrow(
				expect.objectContaining({ description: expect.stringContaining(`“${entered}”`) }),
			);
		},
	);
});
