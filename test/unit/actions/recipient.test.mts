import { describe, expect, it } from '@jest/globals';

import { recipientOf } from '../../../nodes/WhatsAppCoexistence/actions/recipient';

describe('recipientOf', () => {
	it.each([
		['+34600333444', '+34600333444'],
		['34600333444', '34600333444'],
		[' +34 600 33-34.44 ', '+34600333444'],
		['(34) 600333444', '34600333444'],
		['\u202a+34\u00a0600\u2011333\u2011444\u202c', '+34600333444'],
		['\u200e+34 600 333 444\ufeff', '+34600333444'],
		['0034 600 333 444', '+34600333444'],
		['+44 (0)20 7946 0958', '+442079460958'],
		['＋３４ ６００ ３３３ ４４４', '+34600333444'],
		['+٣٤ ٦٠٠ ٣٣٣ ٤٤٤', '+34600333444'],
		['+34 600/333–444', '+34600333444'],
	])('sends to the phone number %j', (entered, to) => {
		expect(recipientOf(entered)).toEqual({ recipient_type: 'individual', to });
	});

	it.each(['ES.4815162342ABC', 'ES.ENT.99887766', ' US.13491208655302741918 ', '\u200eES.1A'])(
		'never puts the user ID %j into `to`, where Meta would lose the message',
		(entered) => {
			expect(recipientOf(entered)).toEqual({
				recipient_type: 'individual',
				recipient: entered.replace('\u200e', '').trim(),
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

	it.each([
		['Marta', '“M”'],
		['es.4815162342ABC', '“e”'],
		['wamid.HBgLMzQ2', '“w”'],
		['34600333444@s.whatsapp.net', '“@”'],
		['+34 600 Ж33 444', '“Ж” (U+0416)'],
	])(
		'refuses %j, and names the field, what was entered and the character',
		(entered, character) => {
			expect(() => recipientOf(entered)).toThrow('“To” is neither');
			const names = (text: string) =>
				expect.objectContaining({ description: expect.stringContaining(text) });
			expect(() => recipientOf(entered)).toThrow(names(`“${entered}”`));
			expect(() => recipientOf(entered)).toThrow(names(`it has ${character} in it`));
		},
	);

	it.each([
		['12345', 'it has 5 digits'],
		['+34 600 333 444 555 666', 'it has 17 digits'],
		['---', 'it has no digits'],
		['0600 333 444', 'it begins with 0'],
		['+34 600 333 444 +34 600 333 555', 'it has a “+” after its beginning'],
		['+34 600 333 444, 55', 'it has “,” in it'],
		['+34 600 333 444 ☎', 'it has “☎” (U+260E) in it'],
	])('says what is wrong with %j', (entered, fault) => {
		expect(() => recipientOf(entered)).toThrow(`“To” is not a phone number: ${fault}`);
	});
});
