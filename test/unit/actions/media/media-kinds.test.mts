import { describe, expect, it } from '@jest/globals';

import { checkFile } from '../../../../nodes/WhatsAppCoexistence/actions/media/binary-file';
import {
	kindOf,
	MEDIA_KINDS,
	metaMimeType,
	type MediaKind,
} from '../../../../nodes/WhatsAppCoexistence/actions/media/media-kinds';

const fileOf = (mimeType: string, bytes: number) => ({
	content: Buffer.alloc(bytes),
	fileName: 'file',
	mimeType,
});

describe('metaMimeType', () => {
	it.each([
		['audio/ogg', 'audio/ogg; codecs=opus'],
		['audio/opus', 'audio/ogg; codecs=opus'],
		['audio/ogg;codecs=opus', 'audio/ogg; codecs=opus'],
		['image/jpg', 'image/jpeg'],
		['Application/PDF', 'application/pdf'],
		['text/plain; charset=utf-8', 'text/plain'],
	])('%s is %s to Meta', (mimeType, expected) => {
		expect(metaMimeType(mimeType)).toBe(expected);
	});
});

describe('kindOf', () => {
	it.each([
		['image/png', 'image'],
		['image/webp', 'sticker'],
		['image/svg+xml', 'document'],
		['audio/ogg; codecs=opus', 'audio'],
		['video/mp4', 'video'],
	])('%s is sent as %s', (mimeType, kind) => {
		expect(kindOf(mimeType)).toBe(kind);
	});
});

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */
describe('checkFile', () => {
	const kinds = Object.keys(MEDIA_KINDS) as MediaKind[];

	it.each(kinds)('takes a file of the largest size as %s, and not one byte more', (kind) => {
		const { maxBytes, mimeTypes = ['application/pdf'] } = MEDIA_KINDS[kind];
		expect(() => checkFile(fileOf(mimeTypes[0]!, maxBytes), kind)).not.toThrow();
		expect(() => checkFile(fileOf(mimeTypes[0]!, maxBytes + 1), kind)).toThrow(
			`“file” is too large to be sent as ${kind}`,
		);
	});

	it('names the types that would do', () => {
		expect(() => checkFile(fileOf('image/gif', 1), 'image')).toThrow(
			expect.objectContaining({
				message: 'WhatsApp does not take a file of type image/gif as image',
				description: expect.stringContaining('image/jpeg, image/png'),
			}),
		);
	});

	it('takes any type as document, but nothing empty', () => {
		expect(() => checkFile(fileOf('image/gif', 1), 'document')).not.toThrow();
		expect(() => checkFile(fileOf('image/gif', 0), 'document')).toThrow('“file” is empty');
	});
});
