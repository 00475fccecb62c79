import { describe, expect, test } from '@jest/globals';

import { readEnteredContact } from '../../../nodes/WhatsAppCoexistence/events/entered-contact';

describe('somebody who was entered', () => {
	test.each([
		['1234567', '1234567'],
		['123456789012345', '123456789012345'],
		['0034600333444', '+34600333444'],
		['+44 (0)20 7946 0958', '+442079460958'],
		['34 600 (0)33 344', '34600033344'],
		['+٣٤ ٦٠٠ ٣٣٣ ٤٤٤', '+34600333444'],
		['+𝟑𝟒 𝟔𝟎𝟎 𝟑𝟑𝟑 𝟗𝟗𝟗', '+34600333999'],
		['+𝟛𝟜 𝟞𝟘𝟘 𝟛𝟛𝟛 𝟡𝟡𝟡', '+34600333999'],
	])('as %j has the phone number %s', (entered, phone) => {
		expect(readEnteredContact(entered)).toEqual({ phone });
	});

	test.each(['ES.1', 'ES.ENT.99887766'])('as %j has that user ID', (userId) => {
		expect(readEnteredContact(userId)).toEqual({ userId });
	});

	test.each([
		['xES.1', 'has “x” in it, which belongs to no phone number'],
		['ES.1_', 'has “E” in it, which belongs to no phone number'],
		['+34 600\u007f', 'has “\u007f” (U+007F) in it, which belongs to no phone number'],
		['+34 600\u0001', 'has “\u0001” (U+0001) in it, which belongs to no phone number'],
		['', 'has no digits; with its country code a number has 7 to 15'],
		['7', 'has 1 digit; with its country code a number has 7 to 15'],
		['123456', 'has 6 digits; with its country code a number has 7 to 15'],
		['1234567890123456', 'has 16 digits; with its country code a number has 7 to 15'],
	])('as %j is nobody: it %s', (entered, fault) => {
		expect(readEnteredContact(entered)).toEqual({ fault });
	});
});
