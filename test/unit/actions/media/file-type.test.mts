import { describe, expect, it } from '@jest/globals';

import { fileType } from '../../../../nodes/WhatsAppCoexistence/actions/media/file-type';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const UNKNOWN = 'application/octet-stream';

describe('the type of a file of which n8n says nothing', () => {
	it.each([
		['\x89PNG\r\n\x1a\n', 'image/png'],
		['\xff\xd8\xff\xe0', 'image/jpeg'],
		['RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'],
		['%PDF-1.7', 'application/pdf'],
		['\x00\x00\x00\x18ftypmp42', 'video/mp4'],
		['\x00\x00\x00\x18ftyp3gp4', 'video/3gpp'],
		['\x00\x00\x00\x18ftypM4A ', 'audio/mp4'],
		['OggS\x00\x02', 'audio/ogg'],
		['ID3\x04', 'audio/mpeg'],
		['\xff\xfb\x90', 'audio/mpeg'],
		['\xff\xf1\x50', 'audio/aac'],
		['#!AMR\n', 'audio/amr'],
	])('is told by its content %j, whatever its name', (content, mimeType) => {
		expect(fileType(UNKNOWN, 'file.bin', bytes(content))).toBe(mimeType);
	});

	it.each([
		['report.PDF', 'application/pdf'],
		['list.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
		['voice.opus', 'audio/ogg'],
		['notes.2026.txt', 'text/plain'],
	])('is told by its name %s where the content says nothing', (name, mimeType) => {
		expect(fileType(UNKNOWN, name, bytes('PK'))).toBe(mimeType);
		expect(fileType('binary/octet-stream; charset=binary', name, bytes(''))).toBe(mimeType);
	});

	it('stays unknown where neither says anything', () => {
		expect(fileType(UNKNOWN, 'file', bytes('?'))).toBe(UNKNOWN);
		expect(fileType(UNKNOWN, 'file.constructor', bytes('?'))).toBe(UNKNOWN);
	});

	it('is left as it is where it says something', () => {
		expect(fileType('audio/mp4', 'a.png', bytes('\x89PNG'))).toBe('audio/mp4');
	});
});
