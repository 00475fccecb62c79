import { describe, expect, it } from '@jest/globals';

import {
	locationMessage,
	sendLocation,
} from '../../../../nodes/WhatsAppCoexistence/actions/message/sendLocation.operation';
import { filledIn } from '../filled-in.mts';

const build = (entered: Parameters<typeof filledIn>[1]) =>
	locationMessage(filledIn(sendLocation.properties, entered));

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/location-messages */
describe('locationMessage', () => {
	it('is what Meta takes', () => {
		expect(
			build({
				latitude: '37.4',
				longitude: '-122.1',
				placeName: 'Flower Shop',
				address: 'Rose Street 1',
			}),
		).toEqual({
			type: 'location',
			location: {
				latitude: 37.4,
				longitude: -122.1,
				name: 'Flower Shop',
				address: 'Rose Street 1',
			},
		});
	});

	it('needs only the coordinates, also as numbers, also zero', () => {
		expect(build({ latitude: 0, longitude: 0 })).toEqual({
			type: 'location',
			location: { latitude: 0, longitude: 0 },
		});
	});

	it.each([
		[{ latitude: '90.1', longitude: '0' }, '“Latitude” has to be at most 90'],
		[{ latitude: '0', longitude: '-180.5' }, '“Longitude” has to be at least -180'],
		[{ latitude: '', longitude: '0' }, '“Latitude” is missing'],
		[{ latitude: 'north', longitude: '0' }, '“Latitude” has to be a number'],
	])('refuses %j', (entered, message) => {
		expect(() => build(entered)).toThrow(message);
	});
});
