import { describe, expect, it } from '@jest/globals';

import {
	checkMedia,
	mediaMessage,
	sendMedia,
} from '../../../../nodes/WhatsAppCoexistence/actions/message/sendMedia.operation';
import { filledIn } from '../filled-in.mts';

const check = (entered: Parameters<typeof filledIn>[1]) =>
	checkMedia(filledIn(sendMedia.properties, entered));

const byLink = { source: 'url', mediaUrl: 'https://example.com/file' };
const link = 'https://example.com/file';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
describe('mediaMessage', () => {
	it.each([
		[{ mediaType: 'image' }, { image: { link } }],
		[{ mediaType: 'image', caption: 'Roses' }, { image: { link, caption: 'Roses' } }],
		[{ mediaType: 'video', caption: 'Roses' }, { video: { link, caption: 'Roses' } }],
		[{ mediaType: 'audio' }, { audio: { link } }],
		[{ mediaType: 'audio', voice: true }, { audio: { link, voice: true } }],
		[
			{ mediaType: 'document', caption: 'Our menu', fileName: 'menu.pdf' },
			{ document: { link, caption: 'Our menu', filename: 'menu.pdf' } },
		],
		[{ mediaType: 'sticker' }, { sticker: { link } }],
	])('for %j is what Meta takes', (entered, content) => {
		const media = check({ ...byLink, ...entered });
		expect(mediaMessage(media, { link })).toEqual({ type: entered.mediaType, ...content });
	});

	it('refers to an uploaded file by its ID', () => {
		const media = check({ source: 'id', mediaId: 1013859600285441 });
		expect(mediaMessage(media, { id: '1013859600285441' })).toEqual({
			type: 'image',
			image: { id: '1013859600285441' },
		});
	});

	it('sends no detail that the type does not have, though it was entered for another type', () => {
		const entered = { caption: 'Roses', fileName: 'roses.pdf', voice: true };
		expect(mediaMessage(check({ ...byLink, ...entered, mediaType: 'sticker' }), { link })).toEqual({
			type: 'sticker',
			sticker: { link },
		});
	});
});

describe('checkMedia', () => {
	it.each([
		[{ ...byLink, caption: 'a'.repeat(1025) }, '“Caption” has 1025 characters; at most 1024 fit'],
		[{ source: 'url', mediaUrl: 'flowers.jpg' }, '“URL” has to be a URL that begins with https://'],
		[{ source: 'id', mediaId: 'roses' }, '“Media ID” has to be a media ID, which has digits only'],
		[{ source: 'id' }, '“Media ID” is empty'],
		[{ source: 'binary', binaryPropertyName: '' }, '“Input Binary Field” is empty'],
	])('refuses %j', (entered, message) => {
		expect(() => check(entered)).toThrow(message);
	});
});
